// Looking after the jobs of a store: what waits, what failed and why, and trying again or giving up.
import { UsageError } from "../../base/errors.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { type JobCounts, type JobRecord, type JobState, type JobStore, openJobs } from "../../jobs/index.ts";
import { listJobsSettings, manyJobsSettings, oneJobSettings } from "./settings.ts";

export interface ListedJobs {
  readonly store: string;
  readonly counts: Readonly<Record<string, JobCounts>>;
  /** Oldest first, as many as asked for. */
  readonly jobs: readonly JobRecord[];
}

export interface ChangedJobs {
  readonly changed: readonly string[];
  /** Named jobs of which it was not true, such as one that is done and was to be cancelled. */
  readonly unchanged: readonly string[];
}

/** @throws UsageError for a file that is not there; OperationError when the store cannot be reached. */
export function listJobs(options: Given<typeof listJobsSettings>): Promise<ListedJobs> {
  const { queue, kinds, states, limit } = settingsOf("jobs list", listJobsSettings, options);
  return withStore(queue, async (store) => {
    const counts = [...(await store.counts())].filter(([kind]) => kinds?.includes(kind) ?? true);
    return {
      store: store.describes,
      counts: Object.fromEntries(counts),
      jobs: await store.list({ kinds, states, limit }),
    };
  });
}

/** @throws UsageError for an id that the store does not know; OperationError when it cannot be reached. */
export function showJob(id: string, options: Given<typeof oneJobSettings>): Promise<JobRecord> {
  const { queue } = settingsOf("jobs show", oneJobSettings, options);
  return withStore(queue, async (store) => {
    const [job] = await store.find([id]);
    if (job === undefined) throw unknownJob(id, store);
    return job;
  });
}

/** Failed and cancelled jobs wait again; named ones also when they are done. @throws as `showJob`. */
export function retryJobs(ids: readonly string[], options: Given<typeof manyJobsSettings>): Promise<ChangedJobs> {
  return changeJobs("retry", ids, options, ["failed", "cancelled"], (store, id) => store.retry(id));
}

/** Jobs that wait or are at work are not done. @throws as `showJob`. */
export function cancelJobs(ids: readonly string[], options: Given<typeof manyJobsSettings>): Promise<ChangedJobs> {
  return changeJobs("cancel", ids, options, ["waiting", "active"], (store, id) => store.cancel(id));
}

function changeJobs(
  verb: string,
  ids: readonly string[],
  options: Given<typeof manyJobsSettings>,
  states: readonly JobState[],
  change: (store: JobStore, id: string) => Promise<boolean>,
): Promise<ChangedJobs> {
  const { queue, kinds, all } = settingsOf(`jobs ${verb}`, manyJobsSettings, options);
  if (all === ids.length > 0) throw new UsageError(`jobs ${verb}: name jobs by their ids, or take --all.`);
  return withStore(queue, async (store) => {
    const listed = all ? await store.list({ kinds, states, limit: Number.MAX_SAFE_INTEGER }) : [];
    const chosen = all ? listed.map(({ id }) => id) : ids;
    const found = await store.find(chosen);
    const unknown = chosen.find((_, index) => found[index] === undefined);
    if (unknown !== undefined && !all) throw unknownJob(unknown, store);
    const [changed, unchanged]: [string[], string[]] = [[], []];
    for (const id of chosen) ((await change(store, id)) ? changed : unchanged).push(id);
    return { changed, unchanged };
  });
}

async function withStore<T>(queue: string, work: (store: JobStore) => Promise<T>): Promise<T> {
  const store = await openJobs(queue, { mustExist: true });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function unknownJob(id: string, { describes }: JobStore): UsageError {
  return new UsageError(`job ${id}: ${describes} knows no such job. \`isrf jobs list\` shows which there are.`);
}
