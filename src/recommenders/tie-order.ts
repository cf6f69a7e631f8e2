// Which of equal items comes first, where a list has room for some of them: by an order that is drawn once. Numbers are
// given by first appearance in training, and would favour what was sold early.
import { Random } from "../base/random.ts";

const TIE_SEED = 2023;

/** All items in that order. */
export function tieOrder(nItems: number): Int32Array {
  const items = Int32Array.from({ length: nItems }, (_, item) => item);
  return Random.of(TIE_SEED, "ties").shuffle(items);
}

/** Where each item stands in it, by itemIndex. */
export function tieRanks(nItems: number): Int32Array {
  const ranks = new Int32Array(nItems);
  tieOrder(nItems).forEach((item, rank) => {
    ranks[item] = rank;
  });
  return ranks;
}
