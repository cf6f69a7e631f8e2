// Runs kinds of faults, a few at a time, each for its share of the time.
import type { Ground } from "./ground.ts";
import { type FaultCase, type FaultKind, type Trial, trialsOf } from "./trial.ts";

export interface Bounds {
  readonly seed: number;
  /** For all kinds together. */
  readonly seconds: number;
  /** Of each kind, at most; "each": every case once. */
  readonly trials?: number | "each" | undefined;
  /** Which cases of a kind. Default: all. */
  readonly among?: ((faultCase: FaultCase, kind: FaultKind) => boolean) | undefined;
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
  { seed, seconds, trials: given = Number.POSITIVE_INFINITY, among = () => true, lanes }: Bounds,
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
      const cases: FaultCase[] = [];
      for (const one of kind.cases.filter((each) => among(each, kind))) {
        const lack = one.reasonToSkip?.();
        if (lack === undefined) cases.push(one);
        else skipped.push({ kind: `${kind.kind}: ${one.name}`, reason: lack });
      }
      if (cases.length === 0) continue;
      const most = given === "each" ? cases.length : given;
      const rounds = 1 + waiting.length / lanes;
      const until = performance.now() + (end - performance.now()) / rounds;
      let done = 0;
      for await (const trial of trialsOf(kind.kind, cases, ground, seed)) {
        trials.push(trial);
        heard(trial);
        if (++done >= most || performance.now() >= until) break;
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { trials, skipped };
}
