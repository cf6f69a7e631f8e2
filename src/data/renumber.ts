// Strict numbering: item numbers must not tell who buys what last. Published files number items by first appearance
// over whole sequences, so that "last id + 1" alone finds 2-4 % of the test items (docs/protocols.md, L2).
import { Random } from "../base/random.ts";

/**
 * New number of every item: by first appearance while scanning users in order over their training prefixes (all but the
 * last `heldOut`), the remaining items in an order drawn from `seed`.
 * @param sequences per user, old item numbers in [0, nItems), oldest first
 * @returns `newNumber[oldNumber]`, a permutation of 0..nItems-1
 */
export function renumberItems(
  sequences: readonly Int32Array[],
  nItems: number,
  seed: number,
  heldOut: 1 | 2 = 2,
): Int32Array {
  const newNumber = new Int32Array(nItems).fill(-1);
  let next = 0;
  for (const sequence of sequences) {
    for (let k = 0; k < sequence.length - heldOut; k++) {
      if (newNumber[sequence[k]!] === -1) newNumber[sequence[k]!] = next++;
    }
  }
  const heldOutOnly: number[] = [];
  for (let item = 0; item < nItems; item++) if (newNumber[item] === -1) heldOutOnly.push(item);
  for (const item of Random.of(seed, "renumber").shuffle(heldOutOnly)) newNumber[item] = next++;
  return newNumber;
}

/** `sequence` in new numbers, as a copy. */
export function translate(sequence: Int32Array, newNumber: Int32Array): Int32Array {
  return sequence.map((item) => newNumber[item]!);
}
