// Every hyper-parameter of the generative systems in one schema: each system is a point of this space, and its own
// folder says which of these options make it what it is. Sources: [P] ISRF's paper, [E] ELMRec's public code, which
// that paper follows, [D] POD's, [5] P5's, [R] our resolution of a gap; docs/isrf.md gives the reasons, also for A1, A3
// and so on.
import { z } from "zod";
import { HEAD_WIDTH, T5_SMALL } from "../../../backbone/t5-config.ts";
import { TEMPLATE_USES } from "../../../backbone/templates.ts";
import { UsageError } from "../../../base/errors.ts";
import type { Protocol } from "../../../data/index.ts";
import { ITEM_SOURCES } from "../../../interests/individual-interests.ts";
import { SCHEDULES } from "../../../training/schedule.ts";
import type { Task } from "../../recommender.ts";

const fraction = z.number().min(0).max(1);
const count = z.number().int().min(0);
const positiveCount = z.number().int().min(1);

export const generativeSchema = z.strictObject({
  // Backbone
  promptForm: z
    .enum(["text", "compact"])
    .default("text")
    .describe("text: worded templates and id words [P]; compact: one position an item, two code tokens an item [R]"),
  checkpoint: z
    .string()
    .default("")
    .describe("Hugging Face T5 directory to start from; empty = from scratch (text form only)"),
  width: positiveCount.default(512).describe("d, width of backbone and interests [P]"),
  layers: positiveCount.default(6).describe("encoder and decoder layers each [P]"),
  // Masks are drawn four bytes at a time, which holds up to a half.
  dropout: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.1)
    .describe("dropout of the backbone, and of what heads read of the history; at most 0.5 [P: T5-small's]"),
  templates: z
    .enum(TEMPLATE_USES)
    .default("worded+bare")
    .describe(
      "wordings drawn in training: worded+bare, the bare one validates and tests [P, E, D]; worded, a worded one tests [5]; bare: none [R]",
    ),
  itemCodes: z
    .enum(["interests", "random"])
    .default("interests")
    .describe(
      "compact item codes are clusters of individual interests, so that alike items share tokens, or of noise [R]",
    ),
  userCodes: z
    .enum(["none", "random"])
    .default("none")
    .describe("compact prompts name the user by two code tokens of noise, as worded ones write user_12 [R]"),
  prompts: count.default(3).describe("p, learned prompt vectors per task [E]; 0 = none [5]"),
  promptStart: z
    .enum(["normal", "uniform"])
    .default("normal")
    .describe("start of prompt vectors: N(0, 1), or tokenScale where words are normalised [E]; U(-.1, .1) [D]"),
  tokenScale: z
    .number()
    .positive()
    .default(1)
    .describe("standard deviation of token embeddings at the start [P: T5's initialisation]"),
  // Whole words
  beta: z
    .number()
    .min(0)
    .default(6)
    .describe("beta, weight of whole-word embeddings (eq. 1); ELMRec used 1 to 11, 6 for Beauty's sequential task [E]"),
  normaliseWords: z
    .boolean()
    .default(false)
    .describe("divide fed interests by their root mean square at the start, so that beta alone sets their size [R]"),
  sequentialWord: z
    .enum(["item", "position"])
    .default("item")
    .describe("what omega^s indexes: items [R, A1], or the ordinals of words [E, D, 5]"),
  directWord: z
    .enum(["individual", "position"])
    .default("individual")
    .describe("whole words of direct prompts: rows of the graph table (eq. 5) [P, E], or the ordinals of words [D, 5]"),
  ordinals: z
    .enum(["ids", "words"])
    .default("ids")
    .describe("what ordinals count: id words alone, others being omega_0 [E, D], or every word of the prompt [5]"),
  ordinalScale: z
    .number()
    .positive()
    .default(1)
    .describe("standard deviation of ordinal whole words at the start [E, D, 5]"),
  sequentialUser: z
    .enum(["shared", "individual", "history"])
    .default("shared")
    .describe(
      "the user's word in sequential prompts: one shared row [R, A1], the user's individual interest, which in training holds the answer, or the mean individual interest of the prompt's items, which does not [R]",
    ),
  groupWord: z
    .boolean()
    .default(false)
    .describe(
      "give the group interest h_u a position in the prompt; false = the paper, where it acts through losses alone [R]",
    ),
  recency: z.boolean().default(false).describe("add an embedding of how recent each history item is [R]"),
  interaction: z.boolean().default(false).describe("add w * e_u * e_v (element-wise) to candidates' words [R]"),
  // Individual interests
  sigma: z.number().positive().default(6).describe("standard deviation of E_u at the start [E: 5-6]"),
  individualLayers: count.default(4).describe("L, LightGCN layers on the user-item graph [E]"),
  semanticWidth: positiveCount.default(256).describe("d_m, width after PCA [R]"),
  itemSource: z
    .enum(ITEM_SOURCES)
    .default("semantic")
    .describe(
      "where an item's vector comes from: semantic = adapter(S~_v) [P]; semantic+free adds a trained correction [R]; the others are ablations",
    ),
  warmStartEpochs: count
    .default(0)
    .describe(
      "passes of BPR (LightGCN's training) over training pairs before the backbone starts [R; the paper has none]",
    ),
  warmStartBatch: positiveCount.default(8192).describe("pairs per warm-start step"),
  warmStartLearningRate: z.number().positive().default(2e-3).describe("Adam learning rate of the warm start"),
  interestEvery: count
    .default(1)
    .describe(
      "propagate and update individual interests every n steps; 1 = every step [P], 0 = keep them as the warm start left them",
    ),
  interestLearningRate: z.number().positive().default(1e-3).describe("AdamW learning rate of E_u, adapter and H^(0)"),
  // Group interests
  neighbours: positiveCount.default(100).describe("k, similar users per user (eq. 6) [P]"),
  neighbourSearch: z
    .enum(["exact", "approximate"])
    .default("exact")
    .describe(
      "exact: every pair of users [P]; approximate: a small-world graph, for millions of users, with its recall reported (package usearch) [R]",
    ),
  groupLayers: count.default(2).describe("L', LightGCN layers on the user graph [R]"),
  groupSelf: z
    .boolean()
    .default(true)
    .describe("whether h_u holds the user's own row H^(0)_u: true = eq. 7 [P]; false = similar users alone [R]"),
  groupStart: z
    .enum(["random", "individual"])
    .default("random")
    .describe("start of H^(0): N(0, 1) [R] or the users' individual interests after the warm start [R]"),
  groupEvery: count
    .default(1)
    .describe("propagate and update group interests every n steps; 1 = every step [P], 0 = keep"),
  // Losses
  temperature: z.number().positive().default(0.1).describe("tau of eq. 8 and 9 [R]"),
  lambdaDirect: z.number().min(0).default(1).describe("weight of L_DS (eq. 8, direct batches) [P: 1]"),
  lambdaSequential: z.number().min(0).default(1).describe("weight of L_S (eq. 9, sequential batches) [P: 1]"),
  distillTeacher: z
    .enum(["h", "e"])
    .default("h")
    .describe("whose gradient eq. 8 stops: h = the equation [P], e = the text around it [R, A3]"),
  labelSmoothing: fraction.default(0).describe("share of probability spread over all tokens in L_gen; 0 = eq. 11 [P]"),
  itemHead: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "weight of an auxiliary softmax over all items in sequential batches, which also guides the beams [R; the paper has none]",
    ),
  candidateHead: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "weight of an auxiliary softmax over the prompt's candidates in direct batches, which also guides the beams [R; the paper has none]",
    ),
  headShortcut: z
    .boolean()
    .default(false)
    .describe(
      "heads also score by the prompt's words as they are: the history's rows, weighted by recency, and e_u . e_v of a candidate [R]",
    ),
  historyMap: z
    .boolean()
    .default(false)
    .describe(
      "the mean of the history's rows passes a learned map [width, width] before it asks the same rows, so that what follows an item need not be what it follows; no effect without headShortcut and itemHead [R]",
    ),
  headWeight: z
    .number()
    .min(0)
    .default(1)
    .describe("weight of the head's log-probabilities of items beside the decoder's in beam search [R]"),
  headStartEpochs: count
    .default(0)
    .describe(
      "passes over every position of the training prefixes that fit the item head's shortcut (rows, recencies, map) to the next item before the backbone starts; no effect without headShortcut and itemHead [R]",
    ),
  candidateHistory: z
    .boolean()
    .default(false)
    .describe(
      "the candidate head also scores candidates by the item head's rows of the user's history, which a direct prompt does not hold; no effect without headShortcut and both heads [R]",
    ),
  labelPadding: z
    .enum(["masked", "trained"])
    .default("masked")
    .describe("trained: padding of answers counts as tokens to learn, as in POD and ELMRec (protocol paper only) [E]"),
  promptPadding: z
    .enum(["masked", "visible"])
    .default("masked")
    .describe("visible: the decoder attends to the prompt's padding, as in POD and ELMRec (protocol paper only) [E]"),
  // Training
  tasks: z
    .enum(["both", "sequential", "direct"])
    .default("both")
    .describe("one joint model for both tasks [P], or a model for one of them, as ELMRec was tuned [E, A15]"),
  batch: positiveCount.default(64).describe("examples per batch, both tasks [P]"),
  trainNegatives: positiveCount.default(99).describe("negatives in a direct training prompt [P]"),
  maxHistory: positiveCount
    .default(20)
    .describe("most recent items that a sequential prompt holds, and that heads read [E]"),
  segments: z
    .enum(["any", "ends"])
    .default("any")
    .describe(
      "sequential examples: any segment of the prefix [E, D], or from one of its first three items to one of its last three [5]",
    ),
  visitsPerEpoch: positiveCount.default(2).describe("visits of every user per task and epoch [E: 2.07-2.25]"),
  learningRate: z.number().positive().default(1e-3).describe("AdamW learning rate of the backbone [E]"),
  weightDecay: z.number().min(0).default(0.01).describe("AdamW weight decay [E]"),
  clipNorm: z.number().min(0).default(0).describe("largest norm of a step's gradient [5: 1]; 0 = as it is [E, D]"),
  warmupSteps: count.default(0).describe("steps over which the learning rate rises from 0 [E: none]"),
  warmupShare: fraction.default(0).describe("the same as a share of all steps, where that is more [5: .05]"),
  schedule: z
    .enum(SCHEDULES)
    .default("constant")
    .describe(
      "learning rate after the warm-up [E: constant]; linear falls to 0 [5], cosine to a tenth, by the last epoch",
    ),
  epochs: positiveCount.default(100).describe("most epochs [E]"),
  patience: positiveCount.default(5).describe("epochs without improvement before stopping [P]"),
  selection: z
    .enum(["loss", "ndcg"])
    .default("loss")
    .describe("what the best checkpoint is chosen by, on validation: mean task loss [P] or mean NDCG@10 of both tasks"),
  validationUsers: positiveCount.default(2000).describe("users per validation, fixed by the seed"),
  maxMinutes: z
    .number()
    .min(0)
    .default(0)
    .describe("stop after the epoch in which this much training time is used up; 0 = no limit"),
  checkpointEvery: positiveCount.default(200).describe("steps between checkpoints to resume from"),
  // Decoding
  beams: positiveCount.default(20).describe("beams of both tasks [R; E: 20 direct, 30 sequential]"),
  sequentialBeams: count.default(0).describe("beams of the sequential task where they differ; 0 = beams [E: 30]"),
  lengthPenalty: z.number().default(1).describe("exponent of the length in beam scores [E]"),
  decoding: z
    .enum(["tree", "free"])
    .default("tree")
    .describe(
      "tree: only valid, distinct items can be generated; free: as the literature does, with invalid and duplicate rates",
    ),
});

export type GenerativeOptions = z.infer<typeof generativeSchema>;

/** `strict` demands masks; `paper` starts from ELMRec's decoding and selection (docs/protocols.md, "Side by side"). */
export const PROTOCOL_OPTIONS = {
  strict: { labelPadding: "masked", promptPadding: "masked" },
  paper: { decoding: "free", beams: 20, sequentialBeams: 30, promptPadding: "visible", selection: "loss" },
} as const satisfies Record<Protocol, Partial<GenerativeOptions>>;

/** The tasks a model is trained for. */
export function tasksOf({ tasks }: GenerativeOptions): readonly Task[] {
  return tasks === "both" ? ["sequential", "direct"] : [tasks];
}

/** What a prompt is for: a task that is asked, or an extra one of training (`extra-task.ts`). */
export type PromptTask = Task | "extra";

/** Whether the whole words of a task's prompts are ordinals. */
export function hasOrdinalWords(o: GenerativeOptions, task: PromptTask): boolean {
  return (task === "direct" ? o.directWord : o.sequentialWord) === "position";
}

/** Whether prompts or losses read individual interests. */
export function readsIndividual(o: GenerativeOptions): boolean {
  return o.directWord === "individual" || o.sequentialUser !== "shared";
}

/** Whether prompts or losses read group interests. */
export function readsGroup(o: GenerativeOptions): boolean {
  return o.groupWord || o.lambdaDirect > 0 || o.lambdaSequential > 0;
}

/** Whether individual interests must exist: they are read, or item codes are made of them. */
export function needsIndividual(o: GenerativeOptions): boolean {
  return readsIndividual(o) || (o.promptForm === "compact" && o.itemCodes === "interests");
}

/** Whether the item head also scores by the history's rows themselves. */
export function readsHistoryRows({ headShortcut, itemHead }: GenerativeOptions): boolean {
  return headShortcut && itemHead > 0;
}

/** Whether direct answers depend on the history beside the prompt. */
export function readsCandidateHistory(o: GenerativeOptions): boolean {
  return o.candidateHistory && o.candidateHead > 0 && readsHistoryRows(o);
}

/** @throws UsageError for options that contradict each other. */
export function checkCombination(model: string, o: GenerativeOptions): GenerativeOptions {
  const wrong = (why: string): never => {
    throw new UsageError(`${why}. \`isrf models ${model}\` lists all options.`);
  };
  if (o.itemSource === "frozen-semantic" && o.semanticWidth !== o.width) {
    wrong(`itemSource frozen-semantic needs semanticWidth = width, found ${o.semanticWidth} and ${o.width}`);
  }
  if (o.promptForm === "compact" && o.checkpoint !== "")
    wrong("checkpoint needs promptForm text: compact codes are no T5 tokens");
  if (o.width > HEAD_WIDTH && o.width % HEAD_WIDTH !== 0) {
    wrong(`width must be at most ${HEAD_WIDTH} or a multiple of it, the width of an attention head; found ${o.width}`);
  }
  if (o.checkpoint !== "" && (o.width !== T5_SMALL.width || o.layers > T5_SMALL.encoderLayers)) {
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
  return o;
}
