// What one check of a dataset says.

export type Verdict = "ok" | "warn" | "fail";

export interface AuditCheck {
  /** Kebab-case, stable: for scripts. */
  readonly name: string;
  /** The leak of the protocol that it measures, such as "L2". */
  readonly leak?: string | undefined;
  readonly verdict: Verdict;
  /** One sentence with the figures, for people. */
  readonly finding: string;
  /** The figures, unrounded. */
  readonly numbers: Readonly<Record<string, number>>;
}
