// How far two judges of the same things agree.

export interface Agreement {
  /** Things that both judged. */
  readonly count: number;
  /** Share of them on which both say the same. */
  readonly share: number;
  /** Cohen's kappa: agreement beyond chance, 1 at most; undefined where both always say the same one thing. */
  readonly kappa: number | undefined;
}

/** @param verdicts what each of the two said of a thing. Cohen, J. (1960), doi:10.1177/001316446002000104. */
export function agreement(verdicts: readonly (readonly [boolean, boolean])[]): Agreement {
  const count = verdicts.length;
  const share = (holds: (pair: readonly [boolean, boolean]) => boolean) =>
    count === 0 ? 0 : verdicts.filter(holds).length / count;
  const same = share(([a, b]) => a === b);
  const [yesOfFirst, yesOfSecond] = [share(([a]) => a), share(([, b]) => b)];
  const byChance = yesOfFirst * yesOfSecond + (1 - yesOfFirst) * (1 - yesOfSecond);
  const kappa = count === 0 || byChance >= 1 ? undefined : (same - byChance) / (1 - byChance);
  return { count, share: same, kappa };
}
