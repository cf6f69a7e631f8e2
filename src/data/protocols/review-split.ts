// P5's notebook (preprocess/data_preprocess_amazon.ipynb) divides *reviews* at random into 80 % training, 10 %
// validation and 10 % test, and POD and ELMRec train on the explained ones of the first part: nothing looks at time, so
// about half of the test pairs are trained on (docs/protocols.md, L1). The review file is not part of the data, so the
// split is simulated.
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
  const offsets = offsetsOf(sequences);
  const isTraining = new Uint8Array(offsets.at(-1)!);
  for (let user = 0; user < sequences.length; user++) {
    if (sequences[user]!.length > 0) isTraining[offsets[user]! + random.below(sequences[user]!.length)] = 1;
  }
  for (const reviews of reviewsByItem(sequences, offsets, nItems)) {
    if (reviews.length > 0) isTraining[random.pick(reviews)] = 1;
  }
  fillUp(isTraining, random);
  return sequences.map((items, user) =>
    items.filter((_, position) => isTraining[offsets[user]! + position] === 1 && random.uniform() < explained),
  );
}

/** Number of each user's first review, counting through all users; the last entry is their total. */
function offsetsOf(sequences: readonly Int32Array[]): Int32Array {
  const offsets = new Int32Array(sequences.length + 1);
  sequences.forEach((items, user) => {
    offsets[user + 1] = offsets[user]! + items.length;
  });
  return offsets;
}

function reviewsByItem(sequences: readonly Int32Array[], offsets: Int32Array, nItems: number): number[][] {
  const reviews: number[][] = Array.from({ length: nItems }, () => []);
  sequences.forEach((items, user) => {
    items.forEach((item, position) => {
      reviews[item]!.push(offsets[user]! + position);
    });
  });
  return reviews;
}

function fillUp(isTraining: Uint8Array, random: Random): void {
  const rest: number[] = [];
  isTraining.forEach((taken, review) => {
    if (taken === 0) rest.push(review);
  });
  const wanted = Math.round(TRAINING_SHARE * isTraining.length) - (isTraining.length - rest.length);
  for (const review of random.shuffle(rest).slice(0, Math.max(0, wanted))) isTraining[review] = 1;
}
