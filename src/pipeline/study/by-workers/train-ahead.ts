// All trainings of a study by workers, ahead of the study's own pass over them, which then finds each one finished:
// first every trial, and when choices can be made, the further seeds.
import { join, resolve } from "node:path";
import type { z } from "zod";
import { UsageError } from "../../../base/errors.ts";
import { removeDirectory, sha256 } from "../../../base/files.ts";
import { type Report, silent } from "../../../base/progress.ts";
import type { Json } from "../../../jobs/index.ts";
import { Workforce } from "../../work/workplace.ts";
import { type Race, trialsOf } from "../races.ts";
import { type CellRecord, readCell } from "../run-cell.ts";
import type { studySettings } from "../settings.ts";
import { type Cell, cellOf } from "../study-plan.ts";
import { choose } from "../train-races.ts";
import { CELL_JOB } from "./cell-kind.ts";

export interface AheadOptions
  extends Pick<
    z.output<typeof studySettings>,
    "out" | "workers" | "queue" | "seeds" | "shareGib" | "device" | "threads" | "maxMinutes"
  > {
  readonly costs?: boolean | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

const FOLDER = ".workers";
const STAGE = "study";

/**
 * Nothing where no workers are asked for.
 * @throws UsageError where times are measured or limited, which those of trainings side by side are not; as
 *   `coordinate`.
 */
export async function trainAhead(races: readonly Race[], options: AheadOptions): Promise<void> {
  const { out, workers, queue, seeds, threads, costs, maxMinutes = Infinity, report = silent, signal } = options;
  if ((workers ?? 0) === 0 && queue === undefined) return;
  if (costs === true) throw new UsageError("a study of costs measures times: leave --workers and --queue out.");
  if (maxMinutes !== Infinity)
    throw new UsageError("--max-minutes counts one training after the other: leave --workers and --queue out.");
  const folder = join(resolve(out), FOLDER);
  const place = {
    queue: queue ?? join(folder, "jobs.db"),
    workers: workers ?? 0,
    objects: undefined,
    folder,
  };
  const trials = races.flatMap((race) => trialsOf(race).map((cell) => ({ race, cell })));
  const most = Math.max(trials.length, races.length * (seeds.length - 1));
  const work = { kind: CELL_JOB, most, threads, report, signal };
  const workforce = await Workforce.open(place, work);
  try {
    await train(workforce, trials, options);
    const further = [];
    for (const race of races) {
      const chosen = choose(race.name, race.system, await trialRecords(race)).chosen;
      if (chosen === undefined) continue;
      for (const seed of seeds.slice(1))
        if (race.system.seeds.includes(seed))
          further.push({ race, cell: cellOf(race.name, race.system, chosen, seed) });
    }
    await train(workforce, further, options);
  } finally {
    await workforce.close();
  }
  await removeDirectory(folder);
}

interface Training {
  readonly race: Race;
  readonly cell: Cell;
}

async function train(workforce: Workforce, trainings: readonly Training[], options: AheadOptions): Promise<void> {
  const { out } = options;
  const open: Training[] = [];
  for (const training of trainings) if ((await readCell(out, training.cell)) === undefined) open.push(training);
  if (open.length === 0) return;
  const byName = new Map(open.map((training) => [nameOf(out, training.cell), training]));
  await workforce.handOut({
    shards: Array.from(byName, ([name, { race, cell }]) => ({
      name,
      payload: payloadOf(race, cell, options),
      size: 1,
    })),
    stage: STAGE,
    unit: "trainings",
    before: trainings.length - open.length,
    take: async ({ name }) => (await readCell(out, byName.get(name)!.cell)) !== undefined,
  });
}

/** The folder names the study: two of one queue may have cells of one name. */
function nameOf(out: string, { id }: Cell): string {
  return sha256(JSON.stringify([resolve(out), id])).slice(0, 32);
}

function payloadOf(race: Race, cell: Cell, { out, shareGib, device, threads }: AheadOptions): Json {
  const { dataset, embeddings } = race.options;
  const payload = { out: resolve(out), cell, dataset: resolve(dataset), embeddings, device, threads, shareGib };
  // As a store keeps it: without what is undefined.
  return JSON.parse(JSON.stringify(payload)) as Json;
}

async function trialRecords({ options, ...race }: Race): Promise<CellRecord[]> {
  const records = await Promise.all(trialsOf({ ...race, options }).map((cell) => readCell(options.out, cell)));
  return records.filter((record) => record !== undefined);
}
