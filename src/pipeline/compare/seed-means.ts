// One value from one value a seed.
import type { CellLimit, ComparedCell } from "./comparison.ts";

/** A cell's part without tests. `own`: one of each value, from the lowest seed on, and not none. */
export function meanOverSeeds(
  own: readonly { readonly seed?: number | undefined; readonly limit?: CellLimit | undefined }[],
  values: readonly number[],
): ComparedCell {
  const value = mean(values);
  const seeds = own.flatMap(({ seed }) => seed ?? []);
  return {
    limit: own[0]!.limit,
    value,
    values,
    valueSeeds: seeds.length === values.length ? seeds : undefined,
    deviation: values.length > 1 ? sampleDeviation(values, value) : undefined,
  };
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / Math.max(1, values.length);
}

/** Of two or more. */
export function sampleDeviation(values: readonly number[], average: number): number {
  return Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1));
}
