// Recommenders that are one scoring function: the yardsticks need no training, no model and no session.
import { Random } from "../../base/random.ts";
import { type Split, trainingWeights } from "../../data/index.ts";
import { TopK, topEntries } from "../../generation/index.ts";
import type { DirectRequest, RankedList, Recommender, SequentialRequest, Task } from "../recommender.ts";

/** Fill `out[i]` with the score of `items[i]` after `history`; 0 or below means "nothing known". */
export type Score = (history: Int32Array, items: Int32Array, out: Float64Array) => void;

export interface ScoreBasedOptions {
  readonly name: string;
  readonly split: Split;
  /** Orders items of equal popularity. */
  readonly seed: number;
  readonly score: Score;
  /** What the scores are, in words. */
  readonly describes?: string | undefined;
  /** Whether it scores items that training never saw, by their texts. Default false. */
  readonly readsTexts?: boolean | undefined;
}

const TASKS: readonly Task[] = ["sequential", "direct"];

/**
 * Items in order of training popularity; equally popular ones in seeded random order, because item numbers are given
 * by first appearance and would favour early (popular) items.
 */
export function popularityOrder(split: Split, seed: number): Int32Array {
  const counts = trainingWeights(split);
  const shuffled = Random.of(seed, "popularity ties").shuffle(Int32Array.from({ length: split.nItems }, (_, i) => i));
  return shuffled.sort((a, b) => counts[b]! - counts[a]!);
}

/**
 * Ranks by `score`; equal scores and items of which nothing is known follow in order of popularity, the latter with
 * scores below 0 that fall with every place.
 */
export function scoreBased({
  name,
  split,
  seed,
  score,
  describes,
  readsTexts = false,
}: ScoreBasedOptions): Recommender {
  const order = popularityOrder(split, seed);
  const places = new Int32Array(split.nItems);
  order.forEach((item, place) => {
    places[item] = place;
  });
  const seenBy = new Int32Array(split.nItems).fill(-1);
  const scores = new Float64Array(split.nItems);

  /** `items` in order of place, so that equal scores go to the more popular one. */
  const rank = (items: Int32Array, history: Int32Array, count: number, request: number): RankedList => {
    for (const item of history) seenBy[item] = request;
    score(history, items, scores);
    const top = new TopK(Math.max(1, count));
    for (let i = 0; i < items.length; i++) {
      const item = items[i]!;
      if (seenBy[item] === request) continue;
      const known = scores[i]!;
      const total = known > 0 ? known : -(places[item]! + 1) / split.nItems;
      if (total > top.floor) top.push(total, i, item);
    }
    for (const item of history) seenBy[item] = -1;
    const best = top.drain(topEntries(top.capacity));
    const length = Math.min(best.size, count);
    return { items: best.payloads.slice(0, length), scores: Float32Array.from(best.scores.subarray(0, length)) };
  };

  const byPlace = (a: number, b: number) => places[a]! - places[b]!;
  const sorted = new WeakMap<Int32Array, Int32Array>();
  /** Sorted once for all requests that share the array. */
  const inOrder = (among: Int32Array): Int32Array => {
    const known = sorted.get(among);
    if (known !== undefined) return known;
    const ordered = among.slice().sort(byPlace);
    sorted.set(among, ordered);
    return ordered;
  };

  return {
    name,
    tasks: TASKS,
    answersNewUsers: TASKS,
    answersColdItems: readsTexts ? TASKS : [],
    describeScores: describes === undefined ? undefined : () => describes,
    async rankSequential(requests: readonly SequentialRequest[], count: number) {
      return requests.map(({ history, among }, i) => rank(among ? inOrder(among) : order, history, count, i));
    },
    async rankDirect(requests: readonly DirectRequest[], count: number) {
      return requests.map(({ history, candidates }, i) => rank(candidates.slice().sort(byPlace), history, count, i));
    },
    async dispose() {},
  };
}
