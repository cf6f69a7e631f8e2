// Between measured sizes by a power of the size; beyond the last one by the power between the last two, or by the
// growth that the work is known to have, whichever is steeper.
import type { Point } from "./rates.ts";

export interface Reading {
  readonly seconds: number;
  readonly memoryMiB: number;
  /** How many times the largest measured size this is; 1 within what was measured. */
  readonly beyond: number;
}

/**
 * @param curve at least two points, by growing size.
 * @param growth power of the size by which time grows at least, beyond the last point; memory grows by 1 at least.
 */
export function readCurve(curve: readonly Point[], size: number, growth = 1): Reading {
  const above = curve.findIndex((point) => point.size >= size);
  const upper = above < 0 ? curve.length - 1 : Math.max(above, 1);
  const [low, high] = [curve[upper - 1]!, curve[upper]!];
  const step = Math.log(high.size / low.size);
  const read = (name: "seconds" | "memoryMiB", least: number) => {
    const power = Math.log(high[name] / low[name]) / step;
    return high[name] * (size / high.size) ** (above < 0 ? Math.max(power, least) : power);
  };
  return {
    seconds: read("seconds", growth),
    memoryMiB: read("memoryMiB", 1),
    beyond: Math.max(1, size / curve.at(-1)!.size),
  };
}
