// A pair of data set and system, which a study works through with all that is tried.
import type { Dataset } from "../../data/index.ts";
import type { CellOptions } from "./run-cell.ts";
import type { StoredVectors } from "./stored-vectors.ts";
import { type Cell, cellOf, type PlannedSystem } from "./study-plan.ts";

/** Data set and system, with all that is tried. */
export interface Race {
  readonly dataset: Dataset;
  readonly name: string;
  readonly system: PlannedSystem;
  /** That its trainings read; absent where they read none. */
  readonly vectors?: StoredVectors | undefined;
  /** SHA-256 of the data's reasoned texts, where trainings of the study learn sentences made of them. */
  readonly texts?: string | undefined;
  readonly options: CellOptions;
}

/** Every training that any choice could lead to. */
export function possibleCells({ name, system }: Race): Cell[] {
  return system.trials.flatMap((_, trial) => system.seeds.map((seed) => cellOf(name, system, trial, seed)));
}

/** What is trained before the choice. */
export function trialsOf({ name, system }: Race): Cell[] {
  return system.trials.map((_, trial) => cellOf(name, system, trial, system.seeds[0]!));
}
