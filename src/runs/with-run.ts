// A run for the length of one piece of work: opened and disposed of here when a directory is given, the caller's
// otherwise.
import { openOptions, type Place } from "./open-options.ts";
import { type OpenRun, type OpenRunOptions, openRun } from "./run.ts";

/** `place` counts for a run that is opened here. @throws as `openRun`, and what `work` throws. */
export async function withRun<T>(
  run: string | OpenRun,
  place: Place,
  work: (run: OpenRun) => Promise<T>,
  { acceptsLater, addedItems }: Pick<OpenRunOptions, "acceptsLater" | "addedItems"> = {},
): Promise<T> {
  if (typeof run !== "string") return work(run);
  const opened = await openRun(run, { ...openOptions(place), acceptsLater, addedItems });
  try {
    return await work(opened);
  } finally {
    await opened.recommender.dispose();
  }
}
