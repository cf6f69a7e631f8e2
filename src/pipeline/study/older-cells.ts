// A cell's place is named by a hash of all its options, so a version with other options looks elsewhere. What an older
// one finished with the same settings, from the same data and vectors, moves to where this one looks: hours of training
// are not done twice.
import { mkdir, readdir, rename, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exists } from "../../base/files.ts";
import { applies, defaultsOf, factsOf } from "../../recommenders/options/index.ts";
import { trainable } from "../../recommenders/registry.ts";
import { isRun, type RunConfig, readRunConfig } from "../../runs/run.ts";
import { differenceOf, type Sources } from "./found-cells.ts";
import { possibleCells, type Race } from "./race.ts";
import { type CellRecord, cellDirectory, readCellRecord } from "./run-cell.ts";
import type { Cell } from "./study-plan.ts";

export async function adoptOlderCells(out: string, races: readonly Race[]): Promise<void> {
  for (const race of races) for (const cell of possibleCells(race)) await adopt(cell, cellDirectory(out, cell), race);
}

async function adopt(cell: Cell, place: string, sources: Sources): Promise<void> {
  if (await exists(place)) return;
  for (const older of await placesLike(place)) {
    if (!(await isFinishedAs(cell, older, sources))) continue;
    await mkdir(dirname(place), { recursive: true });
    await rename(older, place);
    await rmdir(dirname(older)).catch(() => {}); // Other seeds may still lie there.
    return;
  }
}

/** `label/<any hash>/seed-1` beside `label/<hash>/seed-1`. */
async function placesLike(place: string): Promise<string[]> {
  const [seed, label] = [place.slice(dirname(place).length + 1), dirname(dirname(place))];
  const hashes = (await exists(label)) ? await readdir(label) : [];
  return hashes.map((hash) => join(label, hash, seed));
}

async function isFinishedAs(cell: Cell, directory: string, sources: Sources): Promise<boolean> {
  const record = join(directory, "cell.json");
  if (!(await isRun(directory)) || !(await exists(record))) return false;
  const config = await readRunConfig(directory);
  if (!isSameTraining(cell, config, await readCellRecord(record))) return false;
  return (await differenceOf(config, sources)) === undefined;
}

/**
 * True when all options agree, of which those that came later stood at their defaults, for that is what trainings did
 * without them, but for options that do nothing beside the others; when the older one was told none that is gone, and
 * started from fresh parameters, as every training of a study does.
 */
export function isSameTraining({ system, trial, seed }: Cell, config: RunConfig, { settings }: CellRecord): boolean {
  const options = system.resolved[trial]!;
  const { schema } = trainable(system.model).options;
  const before = { ...defaultsOf(schema), ...config.options };
  return (
    config.model === system.model &&
    config.preset === system.preset &&
    config.protocol === system.protocol &&
    config.seed === seed &&
    config.from === undefined &&
    Object.keys(settings).every((name) => Object.hasOwn(options, name)) &&
    factsOf(schema).every((fact) => before[fact.name] === options[fact.name] || !applies(fact, options))
  );
}
