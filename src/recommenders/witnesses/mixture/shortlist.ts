// The best of what may be answered.
import { refuseNaN, TopK, topEntries } from "../../../generation/index.ts";

export interface Shortlist {
  /** Places in the scores, best first. */
  readonly places: Int32Array;
  readonly scores: Float32Array;
}

/**
 * The `count` best of `scores`, which stand for `items` (or for the catalogue), without `owned`.
 * @throws OperationError for a score that is no number.
 */
export function shortlist(
  scores: Float32Array,
  count: number,
  owned: ReadonlySet<number>,
  items?: Int32Array,
): Shortlist {
  refuseNaN(scores);
  const top = new TopK(Math.max(1, count));
  for (let place = 0; place < scores.length; place++) {
    if (scores[place]! > top.floor && !owned.has(items?.[place] ?? place)) top.push(scores[place]!, place);
  }
  return drained(top, count);
}

/** The `count` best of `scores`, without those of minus infinity. @throws OperationError for what is no number. */
export function bestOf(scores: Float32Array, count: number): Shortlist {
  refuseNaN(scores);
  const top = new TopK(Math.max(1, count));
  for (let place = 0; place < scores.length; place++) {
    if (scores[place]! > top.floor) top.push(scores[place]!, place);
  }
  return drained(top, count);
}

function drained(top: TopK, count: number): Shortlist {
  const { keys, scores: best, size } = top.drain(topEntries(top.capacity));
  const length = Math.min(size, count);
  return { places: keys.slice(0, length), scores: Float32Array.from(best.subarray(0, length)) };
}
