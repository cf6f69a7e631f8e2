// What a study works through: pairs of data set and system, and what is known of them so far.
import { type Report, silent } from "../../base/progress.ts";
import type { Dataset } from "../../data/index.ts";
import type { CellOptions, CellRecord } from "./run-cell.ts";
import type { StoredVectors } from "./stored-vectors.ts";
import { type Cell, cellOf, type PlannedSystem } from "./study-plan.ts";
import type { Choice } from "./study-results.ts";

/** Data set and system, with all that is tried. */
export interface Race {
  readonly dataset: Dataset;
  readonly name: string;
  readonly system: PlannedSystem;
  /** That its trainings read; absent where they read none. */
  readonly vectors?: StoredVectors | undefined;
  readonly options: CellOptions;
}

export interface StudyState {
  readonly choices: Choice[];
  readonly failed: CellRecord[];
  /** Directories with results, by label. */
  readonly evaluated: Map<string, string[]>;
  readonly deadline: number;
  readonly progress: Progress;
}

/** Every training that any choice could lead to. */
export function possibleCells({ name, system }: Race): Cell[] {
  return system.trials.flatMap((_, trial) => system.seeds.map((seed) => cellOf(name, system, trial, seed)));
}

/** What is trained before the choice. */
export function trialsOf({ name, system }: Race): Cell[] {
  return system.trials.map((_, trial) => cellOf(name, system, trial, system.seeds[0]!));
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

  begin(cell: Cell, isKnown: boolean): void {
    const state = isKnown ? "finished before" : "begins";
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
