import { hostname } from "node:os";
import { Random } from "../base/random.ts";

/**
 * How long to wait after the `step`th failure in a row (from 0), in milliseconds: half of an exponential step at least,
 * the other half drawn, so that calls that failed together do not come back together.
 */
export function backoffMs(step: number, { firstMs, longestMs }: BackoffLimits, random: Random): number {
  const most = Math.min(firstMs * 2 ** Math.min(step, 20), longestMs);
  return (most / 2) * (1 + random.uniform());
}

export interface BackoffLimits {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Draws for the waits of this process: others with the same seed, turned away with it, must not draw alike. */
export function ownDraws(seed: number, label: string): Random {
  return Random.of(seed, `${label} ${hostname()} ${process.pid}`);
}

/** Between calls to a language model's server. */
export const MODEL_WAITS: BackoffLimits = { firstMs: 500, longestMs: 30_000 };
