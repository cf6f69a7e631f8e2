// The third task's part of an evaluation: sentences that a model writes on held-out pairs, beside those that people
// wrote or that were made of texts.
import type { Report } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import type { Sentence, SentenceSource, SplitName, TrainingLists } from "../../data/index.ts";
import { BLEU_SIGNATURE, textMetrics } from "../../evaluation/index.ts";
import type { SentencePair, SentenceWriter } from "../../recommenders/recommender.ts";
import type { SentenceEvaluation } from "./evaluation-record.ts";
import type { Panel } from "./questions.ts";

/** Pairs in one call of the writer: it may be stopped between two. */
const BLOCK = 64;
/** Sentences that a record shows. */
const EXAMPLES = 3;

export interface SentenceQuestions {
  readonly writer: SentenceWriter;
  readonly source: SentenceSource;
  readonly splitName: SplitName;
  /** Who is asked for what, where the source has no parts of its own; and who is asked at all. */
  readonly panel: Pick<Panel, "nKnown" | "users" | "targets">;
  /** Pairs whose sentences training learnt. */
  readonly learnt: TrainingLists | undefined;
  /** Write on so many pairs at most, drawn by the seed. */
  readonly most: number;
  readonly seed: number;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface AskedPair extends SentencePair {
  readonly reference: Sentence;
}

/** Undefined where there is no sentence on any of the pairs. */
export async function evaluateSentences(questions: SentenceQuestions): Promise<SentenceEvaluation | undefined> {
  const { writer, source, learnt, signal, report } = questions;
  const started = performance.now();
  const available = pairsOf(questions);
  if (available.length === 0) return undefined;
  const pairs = sampled(available, questions);
  const written: string[] = [];
  for (let at = 0; at < pairs.length; at += BLOCK) {
    signal?.throwIfAborted();
    written.push(...(await writer.write(pairs.slice(at, at + BLOCK), { signal })));
    report?.({ kind: "step", stage: "write sentences", done: written.length, total: pairs.length, unit: "sentences" });
  }
  const wanted = pairs.map(({ reference }) => reference.feature);
  const features = source.features ?? new Set(wanted.filter((feature) => feature !== undefined));
  const seen = pairs.filter(({ userIndex, itemIndex }) => learnt?.[userIndex]?.includes(itemIndex)).length;
  const references = pairs.map(({ reference }) => reference.text);
  return {
    source: source.kind,
    hash: source.kind === "reviews" ? source.hash : undefined,
    pairs: pairs.length,
    available: available.length,
    asks: source.parts === undefined ? "held-out items" : "the review file's own part",
    learnt: seen,
    empty: written.filter((sentence) => sentence === "").length,
    decoding: writer.decoding,
    bleu: BLEU_SIGNATURE,
    metrics: textMetrics({ written, references, wanted, features }),
    examples: pairs.slice(0, EXAMPLES).map(({ userIndex, itemIndex }, k) => {
      return { userIndex, itemIndex, written: written[k]!, reference: references[k]! };
    }),
    seconds: (performance.now() - started) / 1000,
  };
}

/** Of the asked users: the file's own part, or each one's held-out item, where there is a sentence. */
function pairsOf({ source, splitName, panel }: SentenceQuestions): AskedPair[] {
  const asked = (userIndex: number, itemIndex: number): AskedPair[] => {
    const reference = source.of(userIndex, itemIndex);
    return reference === undefined ? [] : [{ userIndex, itemIndex, reference }];
  };
  return Array.from(panel.users).flatMap((user, row) => {
    if (user >= panel.nKnown) return [];
    const items = source.parts?.[splitName][user] ?? [panel.targets[row]!];
    return Array.from(items).flatMap((item) => asked(user, item));
  });
}

function sampled(pairs: readonly AskedPair[], { most, seed }: SentenceQuestions): readonly AskedPair[] {
  if (pairs.length <= most) return pairs;
  const order = Random.of(seed, "evaluation/sentences").shuffle(Int32Array.from(pairs.keys()));
  return Array.from(order.subarray(0, most).sort(), (place) => pairs[place]!);
}
