// The best of what may be answered.
import { TopK, topEntries } from "../../../base/top-k.ts";
import { refuseNaN } from "../../../generation/index.ts";

export interface Shortlist {
  /** Places in the scores, best first. */
  readonly places: Int32Array;
  readonly scores: Float32Array;
}

/**
 * The `count` best of `scores`, which stand for `items` (or for the catalogue), without `owned`. Of equal scores the
 * lower of `ranks`, by itemIndex, comes first; without ranks the lower place.
 * @throws OperationError for a score that is no number.
 */
export function shortlist(
  scores: Float32Array,
  count: number,
  owned: ReadonlySet<number>,
  items?: Int32Array,
  ranks?: Int32Array,
): Shortlist {
  refuseNaN(scores);
  const top = new TopK(Math.max(1, count));
  for (let place = 0; place < scores.length; place++) {
    const item = items?.[place] ?? place;
    if (mayEnter(top, scores[place]!, ranks) && !owned.has(item))
      top.push(scores[place]!, ranks?.[item] ?? place, place);
  }
  return drained(top, count);
}

/**
 * The `count` best of `scores`, without those of minus infinity. Of equal scores the lower of `ranks`, by place, comes
 * first; without ranks the lower place.
 * @throws OperationError for a score that is no number.
 */
export function bestOf(scores: Float32Array, count: number, ranks?: Int32Array): Shortlist {
  refuseNaN(scores);
  const top = new TopK(Math.max(1, count));
  for (let place = 0; place < scores.length; place++) {
    if (mayEnter(top, scores[place]!, ranks)) top.push(scores[place]!, ranks?.[place] ?? place, place);
  }
  return drained(top, count);
}

/** Whether `best`, the `count` best of `scores`, has room for some of the equals of its last alone. */
export function cutsTies({ scores: best }: Pick<Shortlist, "scores">, count: number, scores: Float32Array): boolean {
  if (best.length < count || count === 0) return false;
  const last = best[count - 1]!;
  let listed = 0;
  while (listed < count && best[count - 1 - listed] === last) listed++;
  let equal = 0;
  for (let place = 0; place < scores.length; place++) if (scores[place] === last) equal++;
  return equal > listed;
}

/** Keys rise with places; ranks do not, so that equals of the worst may still come before it. */
function mayEnter(top: TopK, score: number, ranks: Int32Array | undefined): boolean {
  return score > top.floor || (ranks !== undefined && score === top.floor && score > Number.NEGATIVE_INFINITY);
}

function drained(top: TopK, count: number): Shortlist {
  const { payloads, scores: best, size } = top.drain(topEntries(top.capacity));
  const length = Math.min(size, count);
  return { places: payloads.slice(0, length), scores: Float32Array.from(best.subarray(0, length)) };
}
