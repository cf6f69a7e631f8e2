// Weights as tables for people: a few kinds of history and of item stand for all.
import type { LabelledWeight, LearnedEvidence, TaskTermWeights, TermWeight } from "../learned-evidence.ts";
import type { Task } from "../recommender.ts";
import type { Learned, TaskWeights } from "./learn.ts";
import { commonWeight, LENGTH_BOUNDS, lengthKind, PART, PARTS, type Weights } from "./mixture/weights.ts";
import { countScale } from "./popularity.ts";

/** Lengths of history, one for each kind. */
const HISTORIES = [1, ...LENGTH_BOUNDS];
const HISTORY_LABELS = HISTORIES.map((length, kind) => {
  const next = HISTORIES[kind + 1];
  return next === undefined ? `${length}+` : `${length}-${next - 1}`;
});
const MIDDLE = lengthKind(LENGTH_BOUNDS[0]);
/** Training interactions of the items that stand for all, as far as any item has so many. */
const COUNTS = [1, 10, 100, 1000];

/** `counts`: training interactions by item. */
export function learnedEvidence(
  { weights, figures, generator, alsoChose }: Learned,
  counts: Int32Array,
): LearnedEvidence {
  return {
    weights: (["sequential", "direct"] as const).map((task) => taskWeights(task, weights[task], counts)),
    worth: figures,
    alsoChose,
    generator,
  };
}

function taskWeights(task: Task, { first, final }: TaskWeights, counts: Int32Array): TaskTermWeights {
  const used = final ?? first;
  return { task, terms: used.terms.map((_, term) => termWeight(used, term, task, counts)) };
}

function termWeight(weights: Weights, term: number, task: Task, counts: Int32Array): TermWeight {
  const { mean, deviation } = countScale(counts);
  const part = (at: number): number => weights.values[term * PARTS + at]!;
  const common = (length: number): number => commonWeight(weights, term, { length, candidates: 0 });
  const ofCount = (count: number): number =>
    common(MIDDLE) + (part(PART.count) * (Math.log1p(count) - mean)) / deviation + (count === 0 ? part(PART.cold) : 0);
  const most = counts.reduce((found, count) => Math.max(found, count), 0);
  const shown = COUNTS.filter((count) => count <= most);
  const byCount: LabelledWeight[] = shown.map((count) => ({ label: `${count}`, weight: ofCount(count) }));
  if (counts.includes(0)) byCount.unshift({ label: "0", weight: ofCount(0) });
  return {
    term: weights.terms[term]!,
    byHistory: HISTORY_LABELS.map((label, kind) => ({ label, weight: common(kind) })),
    byCount,
    popularCandidates: task === "direct" ? part(PART.candidates) : undefined,
  };
}
