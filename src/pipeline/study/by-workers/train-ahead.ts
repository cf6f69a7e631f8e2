// All trainings of a study by workers, ahead of the study's own pass over them, which then finds each one finished:
// first every trial, and when choices can be made, the further seeds.
import { join, resolve } from "node:path";
import type { z } from "zod";
import { UsageError } from "../../../base/errors.ts";
import { removeDirectory, sha256 } from "../../../base/files.ts";
import { productVersion } from "../../../base/product-version.ts";
import { type Report, silent } from "../../../base/progress.ts";
import { asJson, type Json } from "../../../jobs/index.ts";
import { type ObjectStore, openObjects } from "../../../objects/index.ts";
import { type FolderPlace, placeFolder } from "../../work/places.ts";
import { Workforce } from "../../work/workplace.ts";
import { type Race, trialsOf } from "../race.ts";
import { type CellRecord, cellDirectory, readCell } from "../run-cell.ts";
import { type FinishedTrainings, takeSame, trainingKey } from "../same-trainings.ts";
import type { studySettings } from "../settings.ts";
import { type Cell, cellOf } from "../study-plan.ts";
import { choose } from "../train-races.ts";
import { CELL_JOB } from "./cell-kind.ts";
import { type Elsewhere, takeFromElsewhere } from "./for-elsewhere.ts";

export interface AheadOptions
  extends Pick<
    z.output<typeof studySettings>,
    "out" | "workers" | "queue" | "objects" | "seeds" | "shareGib" | "shareIn" | "device" | "threads" | "maxMinutes"
  > {
  readonly costs?: boolean | undefined;
  /** From which the same trainings are taken. */
  readonly trainings?: FinishedTrainings | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

const FOLDER = ".workers";
const STAGE = "study";

/**
 * @throws UsageError where times are measured or limited, which those of trainings side by side are not, and for
 *   objects that nobody reads.
 */
export function refuseUnshareable({ workers, queue, objects, costs, maxMinutes = Infinity }: AheadOptions): void {
  if ((workers ?? 0) === 0 && queue === undefined) {
    if (objects === undefined) return;
    throw new UsageError(
      `--objects ${objects}: no worker is asked for, so nobody reads it; add --workers or --queue, or leave it out.`,
    );
  }
  if (costs === true) throw new UsageError("a study of costs measures times: leave --workers and --queue out.");
  if (maxMinutes !== Infinity)
    throw new UsageError("--max-minutes counts one training after the other: leave --workers and --queue out.");
}

/** Nothing where no workers are asked for. @throws as `refuseUnshareable` and `coordinate`. */
export async function trainAhead(races: readonly Race[], options: AheadOptions): Promise<void> {
  const { out, workers, queue, objects: address, seeds, threads, report = silent, signal } = options;
  refuseUnshareable(options);
  if ((workers ?? 0) === 0 && queue === undefined) return;
  const folder = join(resolve(out), FOLDER);
  const place = { queue: queue ?? join(folder, "jobs.db"), workers: workers ?? 0, objects: address, folder };
  const trials = races.flatMap((race) => trialsOf(race).map((cell) => ({ race, cell })));
  const most = Math.max(trials.length, races.length * (seeds.length - 1));
  const objects = address === undefined ? undefined : await openObjects(address);
  try {
    const workforce = await Workforce.open(place, { kind: CELL_JOB, most, threads, report, signal });
    try {
      const crew = { workforce, objects, options };
      await train(trials, crew);
      await train(await furtherSeeds(races, seeds), crew);
    } finally {
      await workforce.close();
    }
  } finally {
    objects?.close();
  }
  await removeDirectory(folder);
}

interface Training {
  readonly race: Race;
  readonly cell: Cell;
}

/** A training that is given out, under a name that no other one has. */
interface GivenTraining extends Training {
  readonly name: string;
  readonly elsewhere?: Elsewhere | undefined;
}

interface Crew {
  readonly workforce: Workforce;
  /** Undefined: workers see the study's folder and the data. */
  readonly objects: ObjectStore | undefined;
  readonly options: AheadOptions;
}

/** Of each system whose trials are all done, its chosen one with the other seeds. */
export async function furtherSeeds(races: readonly Race[], seeds: readonly number[]): Promise<Training[]> {
  const further: Training[] = [];
  for (const race of races) {
    const { name, system } = race;
    const trials = await trialRecords(race);
    if (trials === undefined) continue;
    const { chosen } = choose(name, system, trials);
    if (chosen === undefined) continue;
    for (const seed of seeds.slice(1))
      if (system.seeds.includes(seed)) further.push({ race, cell: cellOf(name, system, chosen, seed) });
  }
  return further;
}

async function train(trainings: readonly Training[], { workforce, objects, options }: Crew): Promise<void> {
  const { out } = options;
  const { open, same } = await stillOpen(trainings, options);
  if (open.length === 0) return;
  const given = objects === undefined ? open.map((one) => hereOf(one, out)) : await elsewhereOf(open, objects);
  const byName = new Map(given.map((training) => [training.name, training]));
  await workforce.handOut({
    shards: given.map((training) => ({ name: training.name, payload: payloadOf(training, options), size: 1 })),
    stage: STAGE,
    unit: "trainings",
    before: trainings.length - open.length - same.length,
    take: async ({ name }) => {
      const { race, cell, elsewhere } = byName.get(name)!;
      if (objects !== undefined) return takeFromElsewhere(race, cell, { out, objects, place: elsewhere!.place });
      return (await readCell(out, cell)) !== undefined;
    },
  });
  if (options.trainings === undefined) return;
  for (const { cell } of open) await options.trainings.add(cellDirectory(out, cell));
  const failed: Training[] = [];
  for (const one of same) if ((await takeSame(one.cell, one.race, options.trainings)) === undefined) failed.push(one);
  // What they are the same as ended in no model: each fails, or ends, for itself.
  if (failed.length > 0) await train(failed, { workforce, objects, options });
}

/** Those to be done, one of each training, and those that are the same as one of these. */
async function stillOpen(
  all: readonly Training[],
  { out, trainings }: AheadOptions,
): Promise<{ readonly open: readonly Training[]; readonly same: readonly Training[] }> {
  const open = new Map<string, Training>();
  const same: Training[] = [];
  for (const training of all) {
    const { race, cell } = training;
    if ((await readCell(out, cell)) !== undefined) continue;
    if (trainings !== undefined && (await takeSame(cell, race, trainings)) !== undefined) continue;
    const key = trainingKey(race, cell);
    if (trainings !== undefined && open.has(key)) same.push(training);
    else open.set(trainings === undefined ? cell.id : key, training);
  }
  return { open: [...open.values()], same };
}

/** The folder names the study: two of one queue may have cells of one name. */
function hereOf({ race, cell }: Training, out: string): GivenTraining {
  return { race, cell, name: sha256(JSON.stringify([resolve(out), cell.id])).slice(0, 32) };
}

/** Named by all that is trained: machines have folders of the same names. */
async function elsewhereOf(trainings: readonly Training[], objects: ObjectStore): Promise<GivenTraining[]> {
  const places = new Map<string, FolderPlace>();
  const given: GivenTraining[] = [];
  for (const { race, cell } of trainings) {
    const { directory } = race.dataset;
    const dataset = places.get(directory) ?? (await placeFolder(directory, objects));
    places.set(directory, dataset);
    const name = sha256(JSON.stringify([dataset, cell, race.options.embeddings, productVersion()])).slice(0, 32);
    given.push({ race, cell, name, elsewhere: { dataset, place: `studies/${name}/` } });
  }
  return given;
}

function payloadOf(
  { race, cell, elsewhere }: GivenTraining,
  { out, shareGib, shareIn, device, threads }: AheadOptions,
): Json {
  const { dataset, embeddings } = race.options;
  const where = { out: resolve(out), dataset: resolve(dataset), elsewhere };
  const sharing = { shareGib, shareIn: shareIn === undefined ? undefined : resolve(shareIn) };
  return asJson({ ...where, cell, embeddings, device, threads, ...sharing });
}

/** In the order of trials; undefined while one is not done. */
async function trialRecords(race: Race): Promise<CellRecord[] | undefined> {
  const records = await Promise.all(trialsOf(race).map((cell) => readCell(race.options.out, cell)));
  const done = records.filter((record) => record !== undefined);
  return done.length === records.length ? done : undefined;
}
