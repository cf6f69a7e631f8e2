// What came of a trial.
/**
 * - `held`: nothing was lost, nothing wrong was used, and the exit code told the truth.
 * - `loss`: something that was there is gone, or the work cannot go on from where it was.
 * - `silent use`: damaged bytes, or somebody else's, led to another result without a word.
 * - `false success`: exit code 0 and the work is not done.
 * - `broken`: any other broken promise: a crash, a stack trace, a message that does not say where, a slow stop.
 */
export const OUTCOMES = ["held", "loss", "silent use", "false success", "broken"] as const;

export type Outcome = (typeof OUTCOMES)[number];

export interface Verdict {
  readonly outcome: Outcome;
  /** What was seen; of `held` ones only what is worth knowing. */
  readonly detail?: string | undefined;
}

export const HELD: Verdict = { outcome: "held" };

export const broken = (detail: string): Verdict => ({ outcome: "broken", detail });
export const loss = (detail: string): Verdict => ({ outcome: "loss", detail });
export const silentUse = (detail: string): Verdict => ({ outcome: "silent use", detail });
export const falseSuccess = (detail: string): Verdict => ({ outcome: "false success", detail });
