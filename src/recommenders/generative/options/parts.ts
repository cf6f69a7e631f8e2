// A batch in parts of equal size, which are in memory one after the other.
import { generativeSchema } from "./options.ts";
import type { Options } from "./presets.ts";

/** The fewest equal parts of a batch that hold at most so many each. */
export function fewestParts(batch: number, most: number): number {
  let parts = Math.max(1, Math.ceil(batch / most));
  while (batch % parts !== 0) parts++;
  return parts;
}

/** What follows for a preset that computes batches in parts when its user asks for a batch that these do not divide. */
export function dividedBatch(preset: Options, { batch, accumulate }: Readonly<Record<string, unknown>>): Options {
  const { accumulate: parts = 1, batch: usual = generativeSchema.shape.batch.parse(undefined) } = preset;
  if (accumulate !== undefined || typeof batch !== "number" || !(batch >= 1) || batch % parts === 0) return {};
  return Number.isInteger(batch) ? { accumulate: fewestParts(batch, Math.max(1, Math.floor(usual / parts))) } : {};
}
