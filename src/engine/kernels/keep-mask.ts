// Dropout draws: bytes 0 and 1 from a seed, sixteen at a time.
import { UsageError } from "../../base/errors.ts";
import { PIECE, scratch } from "./scratch.ts";

/** Words that seed a mask: four for each of four generators, word by word. */
export const KEEP_MASK_SEEDS = 16;

/**
 * Fill `out` with bytes that are 0 with `probability`, met to 1/256, else 1: a function of `seeds` alone.
 * Byte 16 i + 4 l + b is byte b (lowest first) of draw i of generator l, a xoshiro128++ with the words seeds[4 w + l],
 * w = 0..3; it is kept when at least 256 `probability`.
 * @throws UsageError for another number of seeds than `KEEP_MASK_SEEDS`.
 */
export function drawKeepMask(out: Uint8Array, probability: number, seeds: Uint32Array): void {
  if (seeds.length !== KEEP_MASK_SEEDS)
    throw new UsageError(`keep mask: ${seeds.length} seeds, expected ${KEEP_MASK_SEEDS}`);
  const { kernels, pieces, words, wordsAt } = scratch();
  words.set(seeds);
  const draws = new Uint8Array(pieces[0]!.buffer, 0, 4 * PIECE);
  for (let start = 0; start < out.length; start += draws.length) {
    const count = Math.min(draws.length, out.length - start);
    kernels.keepMask(0, 16 * Math.ceil(count / 16), Math.round(256 * probability), wordsAt);
    out.set(draws.subarray(0, count), start);
  }
}
