// All trainings of a study, in an order that leaves something of each system whenever it ends.
import { type Race, trialsOf } from "./race.ts";
import type { StudyState } from "./races.ts";
import { type CellRecord, cellDirectory, readCell, runCell } from "./run-cell.ts";
import { takeSame } from "./same-trainings.ts";
import { type Cell, cellOf, type PlannedSystem } from "./study-plan.ts";
import type { Choice } from "./study-results.ts";

/**
 * Trials of all systems first, then one further seed after the other, so that an early end leaves something of each.
 * When time is up nothing more is begun, but what earlier commands finished is still taken in. False when something was
 * left out.
 */
export async function trainRaces(
  races: readonly Race[],
  seeds: readonly number[],
  state: StudyState,
): Promise<boolean> {
  const chosen: { readonly race: Race; readonly trial: number }[] = [];
  let isComplete = true;
  for (const race of races) {
    const choice = await tryAll(race, state);
    if (choice === undefined) {
      isComplete = false;
      continue;
    }
    state.choices.push(choice);
    if (choice.chosen === undefined) state.progress.skip(race.system.seeds.length - 1);
    else chosen.push({ race, trial: choice.chosen });
  }
  for (const seed of seeds.slice(1)) {
    for (const { race, trial } of chosen) {
      if (!race.system.seeds.includes(seed)) continue;
      const cell = cellOf(race.name, race.system, trial, seed);
      if ((await next(cell, race, state)) === undefined) isComplete = false;
    }
  }
  return isComplete;
}

/** The choice after all trials; undefined when time was up. */
async function tryAll(race: Race, state: StudyState): Promise<Choice | undefined> {
  const trials: CellRecord[] = [];
  for (const cell of trialsOf(race)) {
    const record = await next(cell, race, state);
    if (record === undefined) return undefined;
    trials.push(record);
  }
  return choose(race.name, race.system, trials);
}

async function next(cell: Cell, race: Race, state: StudyState): Promise<CellRecord | undefined> {
  const { options } = race;
  const { trainings, progress } = state;
  const known = await readCell(options.out, cell);
  const taken = known ?? (trainings && (await takeSame(cell, race, trainings)));
  if (taken === undefined && performance.now() >= state.deadline) return undefined;
  progress.begin(cell, taken === undefined ? "begins" : known === undefined ? "is another's" : "finished before");
  const record = taken ?? (await runCell(cell, options));
  if (taken === undefined) await trainings?.add(cellDirectory(options.out, cell));
  if (record.failed !== undefined) state.failed.push(record);
  state.progress.finish();
  return record;
}

/** The trial with the best validation score; the earlier of equal ones. A score that is no number is none. */
export function choose(dataset: string, system: PlannedSystem, trials: readonly CellRecord[]): Choice {
  const scores = trials.map(({ training }) => finite(training?.bestScore));
  let chosen: number | undefined;
  scores.forEach((score, i) => {
    if (score !== null && (chosen === undefined || score > scores[chosen]!)) chosen = i;
  });
  return {
    dataset,
    label: system.label,
    trials: system.trials.map((settings, i) => ({ settings, validationScore: scores[i]! })),
    chosen,
  };
}

/** No score is above one that is no number, which would be chosen for good where it came first. */
function finite(score: number | null | undefined): number | null {
  return Number.isFinite(score) ? score! : null;
}
