// P5's notebook (preprocess/data_preprocess_amazon.ipynb) divides *reviews* at random into 80 % training, 10 %
// validation and 10 % test, and POD and ELMRec train on the explained ones of the first part: nothing looks at time, so
// about half of the test pairs are trained on (docs/protocols.md, L1). The review file is not part of the data, so the
// split is simulated.
import { type FlatLists, flatten, invert } from "../../base/flat-lists.ts";
import { Random } from "../../base/random.ts";

export interface ReviewSplitOptions {
  readonly seed: number;
  /** Share of the training reviews that carry an explanation and so reach POD's and ELMRec's graph. */
  readonly explained: number;
}

const TRAINING_SHARE = 0.8;

/**
 * Items by user, in the order of the sequences, whose pair falls into the explained part of the training reviews.
 * As in the notebook, one random review of every user and one of every item is put into training first; random others
 * fill it up to 80 %. Then each is kept with probability `explained`, as P5 keeps reviews with a feature sentence.
 */
export function simulateReviewSplit(
  sequences: readonly Int32Array[],
  nItems: number,
  { seed, explained }: ReviewSplitOptions,
): Int32Array[] {
  const random = Random.of(seed, "review split");
  const { offsets, values: items } = flatten(sequences);
  const isTraining = new Uint8Array(offsets.at(-1)!);
  for (let user = 0; user < sequences.length; user++) {
    if (sequences[user]!.length > 0) isTraining[offsets[user]! + random.below(sequences[user]!.length)] = 1;
  }
  const reviews = reviewsByItem(items, nItems);
  for (let item = 0; item < nItems; item++) {
    const [start, end] = [reviews.offsets[item]!, reviews.offsets[item + 1]!];
    if (end > start) isTraining[reviews.values[start + random.below(end - start)]!] = 1;
  }
  fillUp(isTraining, random);
  return sequences.map((list, user) =>
    list.filter((_, position) => isTraining[offsets[user]! + position] === 1 && random.uniform() < explained),
  );
}

/** Numbers of each item's reviews, ascending, counting through all users. */
function reviewsByItem(items: Int32Array, nItems: number): FlatLists {
  const offsets = new Int32Array(items.length + 1);
  for (let review = 0; review < offsets.length; review++) offsets[review] = review;
  return invert({ offsets, values: items }, nItems);
}

function fillUp(isTraining: Uint8Array, random: Random): void {
  const rest = new Int32Array(isTraining.reduce((count, taken) => count + 1 - taken, 0));
  let at = 0;
  isTraining.forEach((taken, review) => {
    if (taken === 0) rest[at++] = review;
  });
  const wanted = Math.round(TRAINING_SHARE * isTraining.length) - (isTraining.length - rest.length);
  for (const review of random.shuffle(rest).subarray(0, Math.max(0, wanted))) isTraining[review] = 1;
}
