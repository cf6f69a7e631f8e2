// Learning-rate schedules: a factor on the base rate as a function of the step.

export const SCHEDULES = ["constant", "linear", "cosine"] as const;
export type Schedule = (typeof SCHEDULES)[number];

/** Share of the base rate left at the end of a cosine. */
const COSINE_FLOOR = 0.1;

/**
 * Factor for step `step` (from 0): linear over the warm-up, then constant, a line down to 0 or a half cosine down to a
 * tenth.
 */
export function rateFactor(step: number, schedule: Schedule, warmupSteps: number, totalSteps: number): number {
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  if (schedule === "constant") return 1;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  if (schedule === "linear") return 1 - progress;
  return COSINE_FLOOR + (1 - COSINE_FLOOR) * 0.5 * (1 + Math.cos(Math.PI * progress));
}
