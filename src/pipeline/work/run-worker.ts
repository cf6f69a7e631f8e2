// A worker by addresses: opens the stores, works, closes them.
import { ownFolder } from "../../base/own-folder.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { openJobs } from "../../jobs/index.ts";
import { openObjects } from "../../objects/index.ts";
import { workerSettings } from "./settings.ts";
import { kindsNamed } from "./table.ts";
import { type WorkDone, work } from "./worker.ts";

export interface RunWorkerOptions extends Given<typeof workerSettings> {
  readonly report?: Report | undefined;
  /** Asks it to stop: it finishes or gives back the job in hand. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Do the jobs of a store until `signal`, or with `untilIdle` until there are none.
 * @throws UsageError for a kind that is none; OperationError when a store cannot be reached, or stays away.
 */
export async function runWorker(options: RunWorkerOptions): Promise<WorkDone> {
  const { report = silent, signal } = options;
  const settings = settingsOf("worker", workerSettings, options);
  const store = await openJobs(settings.queue, { leaseMs: settings.leaseSeconds * 1000 });
  try {
    const kinds = await kindsNamed(settings.kinds);
    const objects = settings.objects === undefined ? undefined : await openObjects(settings.objects);
    try {
      const { cache = await ownFolder("isrf-cache"), untilIdle, threads } = settings;
      report({ kind: "stage", stage: "worker", detail: `jobs from ${store.describes}` });
      return await work({ store, kinds, objects, cache, untilIdle, threads, report, signal });
    } finally {
      objects?.close();
    }
  } finally {
    await store.close();
  }
}
