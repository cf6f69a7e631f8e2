// Counts of outcomes by kind, and the table that shows them.
import type { Report } from "./run-trials.ts";
import { OUTCOMES, type Outcome } from "./verdict.ts";

export interface Counts {
  readonly kind: string;
  readonly trials: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
}

export function countsOf({ trials }: Report): readonly Counts[] {
  const kinds = [...new Set(trials.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const own = trials.filter((trial) => trial.kind === kind);
    const count = (outcome: Outcome) => own.filter((trial) => trial.outcome === outcome).length;
    return {
      kind,
      trials: own.length,
      outcomes: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count(outcome)])) as Record<Outcome, number>,
    };
  });
}

export function tableOf(report: Report): string {
  const counts = countsOf(report);
  const total = (outcome: Outcome) => counts.reduce((sum, { outcomes }) => sum + outcomes[outcome], 0);
  const rows: (readonly (string | number)[])[] = [
    ["kind", "trials", ...OUTCOMES],
    ...counts.map(({ kind, trials, outcomes }) => [kind, trials, ...OUTCOMES.map((outcome) => outcomes[outcome])]),
    ["all", report.trials.length, ...OUTCOMES.map(total)],
  ];
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? String(cell).padEnd(9) : String(cell).padStart(15))).join(""),
  );
  return [...lines, ...report.skipped.map(({ kind, reason }) => `${kind}: not tried, ${reason}`)].join("\n");
}
