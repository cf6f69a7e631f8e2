// Dropout draws: a function of a seeded stream alone, so that a resumed run draws what it would have drawn.
import type { Random } from "../base/random.ts";
import { drawKeepMask, KEEP_MASK_SEEDS, type Program } from "../engine/index.ts";

/**
 * Dropout draws for every keep-mask input of a program; probabilities are met to 1/256. Arrays in `reuse` are
 * overwritten and new ones put there: a step needs millions of bytes, whose pages would be new to the process each
 * time.
 */
export function keepMasks(
  program: Program,
  random: Random,
  reuse: Map<string, Uint8Array> = new Map(),
): Record<string, Uint8Array> {
  return Object.fromEntries(
    [...program.keepMasks].map(([probability, { name, length }]) => {
      const seeds = Uint32Array.from({ length: KEEP_MASK_SEEDS }, () => random.nextUint32());
      const known = reuse.get(name);
      const whole = known !== undefined && known.length >= length ? known : new Uint8Array(length);
      reuse.set(name, whole);
      const mask = whole.subarray(0, length);
      drawKeepMask(mask, probability, seeds);
      return [name, mask];
    }),
  );
}
