// Some of many, drawn without going through all of them.
import type { Random } from "./random.ts";

export interface DrawRequest {
  /** Numbers below it are drawn. */
  readonly bound: number;
  readonly isOpen: (number: number) => boolean;
  /** How many of them are open. */
  readonly open: number;
  /** How many are wanted. */
  readonly count: number;
}

/** Different open numbers, each as likely as every other, in the order of their draws; fewer where no more are open. */
export function drawSome(random: Random, { bound, isOpen, open, count }: DrawRequest): Int32Array {
  if (open <= 2 * count) return random.shuffle(allOpen(bound, isOpen)).slice(0, count);
  const drawn = new Set<number>();
  while (drawn.size < count) {
    const number = random.below(bound);
    if (isOpen(number)) drawn.add(number);
  }
  return Int32Array.from(drawn);
}

function allOpen(bound: number, isOpen: DrawRequest["isOpen"]): Int32Array {
  const found: number[] = [];
  for (let number = 0; number < bound; number++) if (isOpen(number)) found.push(number);
  return Int32Array.from(found);
}
