// How far a study is with the pairs of data set and system that it works through.
import { type Report, silent } from "../../base/progress.ts";
import type { Race } from "./race.ts";
import type { CellRecord } from "./run-cell.ts";
import type { FinishedTrainings } from "./same-trainings.ts";
import { type Cell, cellOf } from "./study-plan.ts";
import type { Choice } from "./study-results.ts";

export interface StudyState {
  readonly choices: Choice[];
  readonly failed: CellRecord[];
  /** Directories with results, by label. */
  readonly evaluated: Map<string, string[]>;
  readonly deadline: number;
  readonly progress: Progress;
  /** From which the same trainings are taken; absent where each is measured. */
  readonly trainings?: FinishedTrainings | undefined;
}

/** The best trial is one of the final trainings already. */
export function trainingsOf({ system }: Race): number {
  return system.trials.length + system.seeds.length - 1;
}

/** Undefined while its choice is not made, or when all its trials failed. */
export function chosenCell({ name, system }: Race, seed: number, { choices }: StudyState): Cell | undefined {
  const choice = choices.find(({ dataset, label }) => dataset === name && label === system.label);
  return choice?.chosen === undefined ? undefined : cellOf(name, system, choice.chosen, seed);
}

/** Which training of how many. */
export class Progress {
  readonly total: number;
  done = 0;
  private readonly report: Report;

  constructor(races: readonly Race[], report: Report = silent) {
    this.total = races.reduce((sum, race) => sum + trainingsOf(race), 0);
    this.report = report;
  }

  begin(cell: Cell, state: "begins" | "finished before" | "is another's"): void {
    this.report({
      kind: "stage",
      stage: "study",
      detail: `training ${this.done + 1} of ${this.total} ${state}: ${cell.id}`,
    });
  }

  finish(): void {
    this.done++;
  }

  skip(count: number): void {
    this.done += count;
  }
}
