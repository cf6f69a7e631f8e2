// A cell's place is named by a hash of all its options, so a version with other options looks elsewhere. What an older
// one finished with the same settings moves to where this one looks: hours of training are not done twice.
import { mkdir, readdir, rename, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exists } from "../../base/files.ts";
import { isRun, type RunConfig, readRunConfig } from "../../runs/run.ts";
import { type CellRecord, cellDirectory, readCellRecord } from "./run-cell.ts";
import type { Cell } from "./study-plan.ts";

export async function adoptOlderCells(out: string, cells: readonly Cell[]): Promise<void> {
  for (const cell of cells) {
    const place = cellDirectory(out, cell);
    if (await exists(place)) continue;
    for (const older of await placesLike(place)) {
      if (!(await isFinishedAs(cell, older))) continue;
      await mkdir(dirname(place), { recursive: true });
      await rename(older, place);
      await rmdir(dirname(older)).catch(() => {}); // Other seeds may still lie there.
      break;
    }
  }
}

/** `label/<any hash>/seed-1` beside `label/<hash>/seed-1`. */
async function placesLike(place: string): Promise<string[]> {
  const [seed, label] = [place.slice(dirname(place).length + 1), dirname(dirname(place))];
  const hashes = (await exists(label)) ? await readdir(label) : [];
  return hashes.map((hash) => join(label, hash, seed));
}

async function isFinishedAs(cell: Cell, directory: string): Promise<boolean> {
  const record = join(directory, "cell.json");
  if (!(await isRun(directory)) || !(await exists(record))) return false;
  return isSameTraining(cell, await readRunConfig(directory), await readCellRecord(record));
}

/** True when all options that both versions know agree, and the older one was told none that is gone. */
export function isSameTraining({ system, trial, seed }: Cell, config: RunConfig, { settings }: CellRecord): boolean {
  const options = system.resolved[trial]!;
  return (
    config.model === system.model &&
    config.preset === system.preset &&
    config.protocol === system.protocol &&
    config.seed === seed &&
    Object.keys(settings).every((name) => Object.hasOwn(options, name)) &&
    Object.entries(config.options).every(([name, value]) => !Object.hasOwn(options, name) || options[name] === value)
  );
}
