// Every hyper-parameter of the generative systems in one schema: each system is a point of this space, and its own
// folder says which of these options make it what it is. The groups have a file each, where an option says beside its
// default when it does anything. Sources: [P] ISRF's paper, [E] ELMRec's public code, which that paper follows, [D]
// POD's, [5] P5's, [A] the public code of ISRF's authors where it differs from their paper, [R] our resolution of a
// gap; docs/isrf.md gives the reasons, also for A1, A3 and so on.
import { z } from "zod";
import { HEAD_WIDTH, T5_SMALL } from "../../../backbone/t5-config.ts";
import { UsageError } from "../../../base/errors.ts";
import type { Protocol } from "../../../data/index.ts";
import { holds } from "../../options/needs.ts";
import type { Task } from "../../recommender.ts";
import { backbone, FROM_SCRATCH } from "./backbone.ts";
import { ASKED, HISTORY_ROWS, INDIVIDUAL_EXISTS, READS_GROUP, READS_INDIVIDUAL } from "./conditions.ts";
import { decoding } from "./decoding.ts";
import { groupInterest } from "./group-interest.ts";
import { heads } from "./heads.ts";
import { individualInterest } from "./individual-interest.ts";
import { losses } from "./losses.ts";
import { training } from "./training.ts";
import { words } from "./words.ts";

export const generativeSchema = z.strictObject({
  ...backbone,
  ...words,
  ...individualInterest,
  ...groupInterest,
  ...losses,
  ...heads,
  ...training,
  ...decoding,
});

export type GenerativeOptions = z.infer<typeof generativeSchema>;

/** `strict` demands masks; `paper` starts from ELMRec's decoding and selection (docs/protocols.md, "Side by side"). */
export const PROTOCOL_OPTIONS = {
  strict: { labelPadding: "masked", promptPadding: "masked" },
  paper: { decoding: "free", beams: 20, sequentialBeams: 30, promptPadding: "visible", selection: "loss" },
} as const satisfies Record<Protocol, Partial<GenerativeOptions>>;

/** Tasks whose prompts name users and items. */
export type AskedTask = Task | "explanation";

/** What a prompt is for: a task that is asked, or an extra one of training (`extra-task.ts`). */
export type PromptTask = AskedTask | "extra";

/** The tasks of recommending that a model is trained for. */
export function tasksOf({ tasks }: GenerativeOptions): readonly Task[] {
  if (tasks === "explanation") return [];
  return tasks === "both" || tasks === "three" ? ["sequential", "direct"] : [tasks];
}

/** Whether a model learns to write sentences. */
export function learnsExplanations(o: GenerativeOptions): boolean {
  return holds([ASKED.explanation], o);
}

/** Every task that a model is trained for, in the order of their batches. */
export function trainedTasksOf(o: GenerativeOptions): readonly AskedTask[] {
  return learnsExplanations(o) ? ["explanation", ...tasksOf(o)] : tasksOf(o);
}

/** Whether prompts of a task have the graph's interests for words: direct ones (eq. 5), and explanations as they. */
export function namesByGraph(task: PromptTask): boolean {
  return task === "direct" || task === "explanation";
}

/** Whether the whole words of a task's prompts are ordinals. */
export function hasOrdinalWords(o: GenerativeOptions, task: PromptTask): boolean {
  return (namesByGraph(task) ? o.directWord : o.sequentialWord) === "position";
}

/** Whether a backbone starts from trained values; both words for "from scratch" are taken. */
export function hasCheckpoint({ checkpoint }: Pick<GenerativeOptions, "checkpoint">): boolean {
  return checkpoint !== "" && checkpoint !== FROM_SCRATCH;
}

/** Whether prompts or losses read individual interests. */
export function readsIndividual(o: GenerativeOptions): boolean {
  return holds([READS_INDIVIDUAL], o);
}

/** Whether prompts or losses read group interests. */
export function readsGroup(o: GenerativeOptions): boolean {
  return holds([READS_GROUP], o);
}

/** Whether individual interests must exist: they are read, or item codes are made of them. */
export function needsIndividual(o: GenerativeOptions): boolean {
  return holds([INDIVIDUAL_EXISTS], o);
}

/** Whether the item head also scores by the history's rows themselves. */
export function readsHistoryRows(o: GenerativeOptions): boolean {
  return holds([HISTORY_ROWS], o);
}

/** Whether direct answers depend on the history beside the prompt. */
export function readsCandidateHistory(o: GenerativeOptions): boolean {
  return o.candidateHistory && o.candidateHead > 0 && readsHistoryRows(o);
}

/** Whether a token of a task's answers competes with those alone that lead to an item. */
export function competesInTree({ tokenSoftmax }: GenerativeOptions, task: PromptTask): boolean {
  return tokenSoftmax === "tree" && task !== "extra" && task !== "explanation";
}

/** @throws UsageError for options that contradict each other. */
export function checkCombination(model: string, o: GenerativeOptions, readsTexts: boolean): void {
  const wrong = (why: string): never => {
    throw new UsageError(`${why}. \`isrf models ${model}\` lists all options.`);
  };
  if (o.itemSource === "frozen-semantic" && o.semanticWidth !== o.width) {
    wrong(`itemSource frozen-semantic needs semanticWidth = width, found ${o.semanticWidth} and ${o.width}`);
  }
  if (o.itemCodes === "text+interests" && !readsTexts) wrong(`itemCodes text+interests: ${model} reads no texts`);
  if (o.tokenSoftmax === "tree" && o.decoding === "free")
    wrong("tokenSoftmax tree needs decoding tree: what leads to no item has no probability");
  if (o.tokenSoftmax === "tree" && o.labelPadding === "trained")
    wrong("tokenSoftmax tree needs labelPadding masked: padding leads to no item");
  if (o.promptForm === "compact" && hasCheckpoint(o))
    wrong("checkpoint needs promptForm text: compact codes are no T5 tokens");
  if (o.batch % o.accumulate !== 0)
    wrong(`accumulate must divide batch into equal micro-batches, found ${o.accumulate} and ${o.batch}`);
  if (o.width > HEAD_WIDTH && o.width % HEAD_WIDTH !== 0) {
    wrong(`width must be at most ${HEAD_WIDTH} or a multiple of it, the width of an attention head; found ${o.width}`);
  }
  if (hasCheckpoint(o) && (o.width !== T5_SMALL.width || o.layers > T5_SMALL.encoderLayers)) {
    wrong(`checkpoint needs T5-small's width 512 and at most 6 layers, found width ${o.width} and ${o.layers} layers`);
  }
  if (!o.groupSelf && o.groupLayers === 0)
    wrong("groupSelf false needs groupLayers 1 or more: nothing else is left of h_u");
  if (o.promptForm === "text" && o.groupWord) wrong("groupWord needs promptForm compact");
  if (o.groupWord && o.templates !== "bare") wrong("groupWord needs templates bare");
  if (o.directWord === "position" && (o.interaction || o.lambdaDirect > 0))
    wrong("interaction and lambdaDirect need directWord individual: both read the user's interest");
  const isOrdinal = o.sequentialWord === "position" && o.directWord === "position" && o.sequentialUser === "shared";
  if (o.ordinals === "words" && (!isOrdinal || o.groupWord))
    wrong(
      "ordinals words needs ordinal words everywhere: sequentialWord and directWord position, sequentialUser shared",
    );
  if (o.promptForm === "text" && o.recency) wrong("recency needs promptForm compact");
  if (learnsExplanations(o)) checkSentences(o, wrong);
}

function checkSentences(o: GenerativeOptions, wrong: (why: string) => never): void {
  const { tasks, promptForm, selection, explanationLeast, explanationTokens } = o;
  if (explanationLeast >= explanationTokens)
    wrong(`explanationLeast must be less than explanationTokens, found ${explanationLeast} and ${explanationTokens}`);
  if (promptForm === "compact")
    wrong(
      `tasks ${tasks} needs promptForm text: compact codes have no words for sentences. Expected --preset small, or --set promptForm=text --set recency=false --set groupWord=false`,
    );
  if (tasks === "explanation" && selection === "ndcg")
    wrong("tasks explanation needs selection loss: sentences have no ranks");
}
