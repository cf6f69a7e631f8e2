// A user's history: what the data hold of them, and what they did since. One rule for all who answer.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { newestInteraction } from "../../pipeline/popular/index.ts";
import { CONFIG, type OpenRun } from "../../runs/run.ts";
import type { KnownEvent } from "./store.ts";

/** What the data of a run hold of a user, and until when they reach. */
export interface HeldHistory {
  /** Item indices, oldest first. */
  readonly held: Int32Array;
  /** In ms: events up to then are among them already, if their items are. */
  readonly until: number;
  /** Index of an item; undefined for one that the run does not know. */
  readonly indexOf: (itemId: string) => number | undefined;
}

/** Events that the data do not hold already. */
export function eventsSince(
  { held, until, indexOf }: HeldHistory,
  events: readonly KnownEvent[],
): readonly KnownEvent[] {
  const known = new Set(held);
  return events.filter(({ item, at }) => at > until || !known.has(indexOf(item) ?? -1));
}

/** Known items of those events, oldest first, each where it was taken last. */
export function itemsSince(history: HeldHistory, events: readonly KnownEvent[]): Int32Array {
  const items = eventsSince(history, events).flatMap(({ item }) => history.indexOf(item) ?? []);
  return Int32Array.from([...new Set(items.reverse())].reverse());
}

/** Item indices, oldest first: those of the data, then those of events since; what was taken again stands last. */
export function historyOf(history: HeldHistory, events: readonly KnownEvent[]): Int32Array {
  const { held } = history;
  if (events.length === 0) return held;
  const newest = itemsSince(history, events);
  const again = new Set(newest);
  return Int32Array.from([...held.filter((item) => !again.has(item)), ...newest]);
}

export interface DataTimes {
  readonly trainedAt: Date;
  /** Newest interaction of the data, in ms; undefined where times are not known. */
  readonly lastDataAt: number | undefined;
}

export async function dataTimesOf({ directory, dataset }: OpenRun): Promise<DataTimes> {
  const files = [join(directory, "summary.json"), join(directory, CONFIG)];
  const times = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  const newest = await newestInteraction(dataset);
  return {
    trainedAt: times.find((found) => found !== undefined)?.mtime ?? new Date(),
    lastDataAt: newest === undefined ? undefined : newest * 1000,
  };
}

/** Data without times are taken to reach until the run was trained. */
export function heldUntil({ trainedAt, lastDataAt }: DataTimes): number {
  return lastDataAt ?? trainedAt.getTime();
}
