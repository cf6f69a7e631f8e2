// Who has an item by events alone.
import { includesSorted } from "../../base/sorted-numbers.ts";
import type { ServedRun } from "../answering/served-run.ts";
import type { Store } from "../events/store.ts";
import { KeptForAWhile } from "./kept-for-a-while.ts";

/** Of more events the takers are kept for a while; those of fewer are read in milliseconds, and are never old. */
const MANY = 10_000;
const KEPT_MS = 2000;

export interface Takers {
  readonly total: number;
  /** The first of them by name. */
  readonly first: readonly string[];
}

interface Asked {
  readonly id: string;
  /** How many the item has, of whatever kind. */
  readonly events: number;
  /** Users who have it by the data, ascending: none of them counts. */
  readonly holders: Int32Array;
  /** How many are named. */
  readonly shown: number;
}

/** By run, which a swap and a changed item make anew. */
const kept = new WeakMap<ServedRun, KeptForAWhile<Takers>>();

/** Each once, by events of `kinds`. */
export function takersOf(run: ServedRun, store: Store, kinds: readonly string[], asked: Asked): Promise<Takers> {
  const read = () => readTakers(run, store, kinds, asked);
  if (asked.events <= MANY) return read();
  const known = kept.get(run) ?? new KeptForAWhile<Takers>(KEPT_MS);
  kept.set(run, known);
  return known.orMake(asked.id, read);
}

async function readTakers(
  { userIndex }: ServedRun,
  store: Store,
  kinds: readonly string[],
  { id, holders, shown }: Asked,
): Promise<Takers> {
  const found = new Set<string>();
  const first: string[] = [];
  for await (const users of store.usersOf(id, kinds)) {
    for (const user of users) {
      if (found.has(user) || includesSorted(holders, userIndex.get(user) ?? -1)) continue;
      found.add(user);
      insertSorted(first, user, shown);
    }
  }
  return { total: found.size, first };
}

/** Into `sorted`, of which the smallest `most` stay. */
function insertSorted(sorted: string[], name: string, most: number): void {
  if (sorted.length >= most && !(name < sorted.at(-1)!)) return;
  let at = sorted.length;
  while (at > 0 && name < sorted[at - 1]!) at--;
  sorted.splice(at, 0, name);
  if (sorted.length > most) sorted.pop();
}
