// Dropout draws: a function of a seeded stream alone, so that a resumed run draws what it would have drawn.
import type { Random } from "../base/random.ts";
import type { Program } from "../engine/index.ts";

/** Dropout draws for every keep-mask input of a program, from one random byte each: probabilities (below 1/2) are met to 1/256. */
export function keepMasks(program: Program, random: Random): Record<string, Uint8Array> {
  return Object.fromEntries(
    [...program.keepMasks].map(([probability, { name, length }]) => {
      const words = new Uint32Array(Math.ceil(length / 4));
      const lift = (128 - Math.round(probability * 256)) * 0x01010101;
      for (let i = 0; i < words.length; i++) {
        // Four bytes at once: a byte's top bit ends up set exactly when the byte is at least 256 p.
        const draw = random.nextUint32();
        words[i] = ((((draw & 0x7f7f7f7f) + lift) | draw) >>> 7) & 0x01010101;
      }
      return [name, new Uint8Array(words.buffer, 0, length)];
    }),
  );
}
