// Where the held-out item stands in each list. Equal scores share their ranks, so that no order of equals can
// favour the target.
import { EvaluationError } from "./evaluation-error.ts";

/** Best first: `{ items: [7, 3], scores: [-0.2, -1.4] }`. */
export interface ScoredList {
  readonly items: Int32Array;
  readonly scores: Float32Array;
}

/**
 * One entry per user: the target stands at one of the ranks `first`, ..., `first + tied - 1`, each as likely.
 * `first` is 1-based; 0 means that the list does not hold the target (then `tied` is 0 too).
 */
export interface Ranks {
  readonly first: Int32Array;
  readonly tied: Int32Array;
}

/** What a list may hold. */
export interface AnswerSpace {
  readonly count: number;
  readonly exclude?: Int32Array | undefined;
  /** A set where many lists share it. */
  readonly only?: Int32Array | ReadonlySet<number> | undefined;
}

export function emptyRanks(users: number): Ranks {
  return { first: new Int32Array(users), tied: new Int32Array(users) };
}

/**
 * Enter at `index` of `ranks` where `target` stands in `list`.
 * @throws EvaluationError for a score that is no number, which is neither before nor behind another.
 */
export function enterRank(ranks: Ranks, index: number, list: ScoredList, target: number): void {
  if (list.scores.some(Number.isNaN))
    throw new EvaluationError({
      rule: "scores are numbers",
      where: `list ${index + 1}`,
      found: `no number (NaN) as the score of item ${list.items[list.scores.findIndex(Number.isNaN)]}`,
      expected: "a number for every item",
    });
  const at = list.items.indexOf(target);
  if (at < 0) return;
  const score = list.scores[at]!;
  let start = at;
  while (start > 0 && list.scores[start - 1] === score) start--;
  let end = at + 1;
  while (end < list.scores.length && list.scores[end] === score) end++;
  ranks.first[index] = start + 1;
  ranks.tied[index] = end - start;
}

/**
 * @throws EvaluationError when `list` is not a ranking of the answer space: too long, unordered, repeated or foreign
 *   items.
 */
export function assertRanking(list: ScoredList, space: AnswerSpace, where: string): void {
  const { items, scores } = list;
  const fail = (rule: string, found: string, expected: string): never => {
    throw new EvaluationError({ rule, where, found, expected });
  };
  if (items.length !== scores.length)
    fail("one score per item", `${items.length} items, ${scores.length} scores`, "as many");
  if (items.length > space.count)
    fail("at most the items asked for", `${items.length} items`, `at most ${space.count}`);
  const met = new Set<number>();
  const only = space.only instanceof Int32Array ? new Set(space.only) : space.only;
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    if (Number.isNaN(scores[i]) || (i > 0 && scores[i]! > scores[i - 1]!)) {
      fail("best first", `score ${scores[i]} after ${scores[i - 1]} at position ${i + 1}`, "scores that never rise");
    }
    if (met.has(item)) fail("duplicate-free predictions", `item ${item} twice`, "each item once");
    if (space.exclude?.includes(item))
      fail("seen items are not answers", `item ${item} of the history`, "unseen items");
    if (only && !only.has(item)) fail("answers are candidates", `item ${item}`, "one of the candidates");
    met.add(item);
  }
}
