// Runs kinds of faults, a few at a time, each for its share of the time.
import type { Ground } from "./ground.ts";
import { type FaultKind, type Trial, trialsOf } from "./trial.ts";

export interface Bounds {
  readonly seed: number;
  /** For all kinds together. */
  readonly seconds: number;
  /** Of each kind, at most. */
  readonly trials?: number | undefined;
  /** Kinds at a time. */
  readonly lanes: number;
}

export interface Skipped {
  readonly kind: string;
  readonly reason: string;
}

export interface Report {
  readonly trials: readonly Trial[];
  readonly skipped: readonly Skipped[];
}

/** Kinds in the order given; a kind that ends early leaves its time to those after it. */
export async function runTrials(
  kinds: readonly FaultKind[],
  ground: Ground,
  { seed, seconds, trials: most = Number.POSITIVE_INFINITY, lanes }: Bounds,
  heard: (trial: Trial) => void = () => {},
): Promise<Report> {
  const end = performance.now() + seconds * 1000;
  const trials: Trial[] = [];
  const skipped: Skipped[] = [];
  const waiting = [...kinds];
  const lane = async () => {
    for (let kind = waiting.shift(); kind !== undefined; kind = waiting.shift()) {
      const reason = kind.reasonToSkip?.();
      if (reason !== undefined) {
        skipped.push({ kind: kind.kind, reason });
        continue;
      }
      const rounds = 1 + waiting.length / lanes;
      const until = performance.now() + (end - performance.now()) / rounds;
      let done = 0;
      for await (const trial of trialsOf(kind, ground, seed)) {
        trials.push(trial);
        heard(trial);
        if (++done >= most || performance.now() >= until) break;
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { trials, skipped };
}
