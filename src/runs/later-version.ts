// A run asked about a later version of its data: the later catalogue and histories in the numbers that the run's model
// knows, found by ids. What the model cannot know is left out of it, and counted.
import type { Report } from "../base/progress.ts";
import { type Dataset, type Item, type Split, trainingLists, wholeSequences } from "../data/index.ts";
import type { RunIds } from "./run-ids.ts";

/** How far behind the data a run is. */
export interface Staleness {
  /** What it was asked about. */
  readonly dataset: string;
  /** That came since. */
  readonly interactions: number;
  /** That the run does not know. */
  readonly items: number;
  readonly users: number;
}

export interface LaterVersion {
  readonly staleness: Staleness;
  /** Histories of users who came later, of items that the model knows. */
  readonly newcomers: ReadonlyMap<string, Int32Array>;
  /** Ids of items that came later. */
  readonly newItems: ReadonlySet<string>;
}

export interface TranslatedVersion {
  /** Users and items of the run alone, by its numbers; hash, manifest and directory are those of the later version. */
  readonly dataset: Dataset;
  readonly split: Split;
  readonly later: LaterVersion;
}

/**
 * `later` for a model that knows `ids` and was trained on `interactions` of them. It knows the items of `added`, too,
 * whose numbers go on from there.
 */
export function translated(
  later: Dataset,
  ids: RunIds,
  interactions: number,
  added: readonly Item[] = [],
): TranslatedVersion {
  const itemIndex = new Map([...ids.items, ...added.map(({ itemId }) => itemId)].map((id, index) => [id, index]));
  const toRun = Int32Array.from(later.items, ({ itemId }) => itemIndex.get(itemId) ?? -1);
  const rows = new Map(later.users.map((user, row) => [user, row]));
  const known = (row: number) => later.sequences[row]!.map((item) => toRun[item]!).filter((item) => item >= 0);
  const sequences = ids.users.map((user) => {
    const row = rows.get(user);
    return row === undefined ? new Int32Array(0) : known(row);
  });
  const items = [...ids.items.map((itemId, index): Item => ({ itemId, sourceNumber: index + 1 })), ...added];
  later.items.forEach((item, index) => {
    if (toRun[index]! >= 0) items[toRun[index]!] = item;
  });
  const users = new Set(ids.users);
  const newcomers = later.users.filter((user) => !users.has(user));
  const newItems = later.items.filter((_, index) => toRun[index]! < 0).map(({ itemId }) => itemId);
  const dataset: Dataset = {
    ...later,
    users: ids.users,
    items,
    sequences: wholeSequences(sequences),
    weights: undefined,
  };
  return {
    dataset,
    split: splitOf(sequences, items.length),
    later: {
      newcomers: new Map(newcomers.map((user) => [user, known(rows.get(user)!)])),
      newItems: new Set(newItems),
      staleness: {
        dataset: later.directory,
        interactions: later.manifest.counts.interactions - interactions,
        items: newItems.length,
        users: newcomers.length,
      },
    },
  };
}

/** As in training, the last two of each history count for nobody else's answers; nothing is asked for. */
function splitOf(sequences: readonly Int32Array[], nItems: number): Split {
  const none = new Int32Array(sequences.length).fill(-1);
  const prefixes = trainingLists(sequences.map((items) => items.subarray(0, Math.max(0, items.length - 2))));
  return { nUsers: sequences.length, nItems, prefixes, valid: none, test: none };
}

/** "run is stale: shop-2 holds 214 more interactions, and 3 items and 12 users that it does not know". */
export function stalenessWords(run: string, { dataset, interactions, items, users }: Staleness): string {
  return `${run} is stale: ${dataset} holds ${interactions} more interactions, and ${items} items and ${users} users that it does not know.`;
}

/** Say once how stale the run is, where it is asked about a later version. */
export function tellStaleness(
  { directory, later }: { readonly directory: string; readonly later?: LaterVersion | undefined },
  report: Report,
): void {
  if (later === undefined) return;
  const todo = `Train again from it: isrf train ${later.staleness.dataset} --from ${directory} --out NEW.`;
  report({ kind: "warning", message: `${stalenessWords(directory, later.staleness)} ${todo}` });
}
