// What a wave has still to ask, in shards: which subjects are open, and what is known of them.
import { sha256 } from "../../../base/files.ts";
import type { Dataset, Split } from "../../../data/index.ts";
import {
  type Adapting,
  type Answer,
  emptyTally,
  fromReasoner,
  itemSubject,
  type Journal,
  type JournalRecord,
  journalKeyOf,
  type KeyListener,
  type PromptSet,
  type Reasoner,
  type Subject,
  userSubject,
  walkChain,
} from "../../../reasoning/index.ts";
import type { HistoryPart, HistorySource } from "../../../reasoning/settings.ts";
import type { Wave } from "./messages.ts";

export interface WaveFacts {
  readonly wave: Wave;
  readonly dataset: Dataset;
  readonly split: Split;
  /** FEATURE texts by item index, for the users. */
  readonly features: readonly (string | undefined)[];
  readonly journal: Journal;
  readonly reasoner: Reasoner;
  readonly prompts: PromptSet;
  readonly attempts: number;
  readonly seed: number;
  readonly historyItems?: number | undefined;
  readonly historySource?: HistorySource | undefined;
  readonly historyPart?: HistoryPart | undefined;
  /** The indices that this is about; default: all. */
  readonly among?: ReadonlySet<number> | undefined;
  readonly adapting?: Adapting | undefined;
  /** How many subjects of the wave are at their end when all that was given out is; default: all. */
  readonly reached?: number | undefined;
}

/** Subjects `from` to `to`, by index, of which some have questions that are to be asked. */
export interface OpenShard {
  readonly from: number;
  readonly to: number;
  readonly open: number;
  /**
   * Subjects whose question another one has word for word: one is asked, the others find the answer. And those that
   * this is not about, or that have another one's texts.
   */
  readonly skip: readonly number[];
  /** The journal's records of their questions. */
  readonly known: readonly JournalRecord[];
}

/** How many subjects a wave has. */
export function sizeOfWave({ wave, dataset }: Pick<WaveFacts, "wave" | "dataset">): number {
  return wave === "items" ? dataset.items.length : dataset.users.length;
}

/**
 * The shards with something to ask. Bounds never depend on what is known, so that a shard is the same one in every run.
 */
export async function openShards(facts: WaveFacts, shardSize: number): Promise<readonly OpenShard[]> {
  const total = sizeOfWave(facts);
  const adapted = new Set<number>();
  const recall = recalling(facts, adapted);
  const words = new Set<string>();
  const shards: OpenShard[] = [];
  for (let from = 0; from < total; from += shardSize) {
    const to = Math.min(total, from + shardSize);
    const known: JournalRecord[] = [];
    const skip: number[] = [];
    let open = 0;
    for (let index = from; index < to; index++) {
      if (facts.among?.has(index) === false) {
        skip.push(index);
        continue;
      }
      const found = await survey(facts, index, recall);
      known.push(...found.known);
      // A worker finds no text that was adapted, and would ask.
      if (adapted.has(index)) skip.push(index);
      if (found.question === undefined) continue;
      if (words.has(found.question)) skip.push(index);
      else open++;
      if (facts.reasoner.readsPromptsOnly === true) words.add(found.question);
    }
    if (open > 0) shards.push({ from, to, open, skip, known });
  }
  facts.journal.flush();
  return shards;
}

/** Answers that are there, in other subjects' words too; `adapted` is told who took another one's texts. */
function recalling({ journal, reasoner, prompts, attempts, adapting }: WaveFacts, adapted: Set<number>): Answer {
  const onAnswered: KeyListener = ({ subject }, _, isAdapted) => {
    if (isAdapted === true) adapted.add(subject.index);
  };
  const how = { prompts, attempts, adapting, onAnswered, isRecallOnly: true };
  return fromReasoner({ journal, reasoner, tally: emptyTally(), ...how });
}

/** A chain as far as it is known, and its open question, by a hash of the words. */
async function survey(facts: WaveFacts, index: number, recall: Answer) {
  const { journal, reasoner, prompts, attempts, dataset } = facts;
  const known: JournalRecord[] = [];
  let question: string | undefined;
  const look: Answer = async (request) => {
    const text = await recall(request);
    const entry = journal.entry(journalKeyOf(request, reasoner));
    if (entry !== undefined) known.push(entry);
    const isGivenUp = entry?.status === "failed" && entry.attempt >= attempts;
    if (text === undefined && !isGivenUp) question = sha256(JSON.stringify([request.system, request.prompt]));
    return text;
  };
  await walkChain(subjectAt(facts, index), { domain: dataset.manifest.domain, prompts }, look);
  return { known, question };
}

function subjectAt(facts: WaveFacts, index: number): Subject {
  if (facts.wave === "items") return itemSubject(facts.dataset, index);
  return userSubject(facts.dataset, facts.split, facts.features, index, facts);
}
