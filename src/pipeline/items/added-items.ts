// What was added to a run, and taking it out again.
import { UsageError } from "../../base/errors.ts";
import { mendDirectory } from "../../base/leftovers.ts";
import { lockBeside, withLock } from "../../base/lock.ts";
import { matrix, rowsAt } from "../../base/matrix.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { type AddedItem, addedItemsFolder, readAddedItems, writeAddedItems } from "../../runs/added-items.ts";
import { readRunConfig } from "../../runs/run.ts";
import { removeItemsSettings } from "./settings.ts";

/** In the order in which they were added. @throws InputError for a directory that is no run, and what is damaged. */
export async function listAddedItems(run: string): Promise<readonly AddedItem[]> {
  return (await readAddedItems(run, await readRunConfig(run)))?.entries ?? [];
}

export interface RemoveItemsOptions extends Given<typeof removeItemsSettings> {
  readonly report?: Report | undefined;
}

/** How many were removed, and how many are left. @throws UsageError for ids that were not added. */
export async function removeAddedItems(
  run: string,
  options: RemoveItemsOptions,
): Promise<{ readonly removed: number; readonly total: number }> {
  const { item: words = [], all } = settingsOf("items remove", removeItemsSettings, options);
  if (words.length > 0 === all)
    throw new UsageError("Name the items with --item IDS, or take all of them out with --all.");
  const config = await readRunConfig(run);
  const folder = addedItemsFolder(run);
  return withLock(lockBeside(folder), { command: "isrf items remove" }, async () => {
    await mendDirectory(folder, { report: options.report ?? silent, holdsLock: true });
    const before = (await readAddedItems(run, config)) ?? { entries: [], vectors: matrix(0, 0) };
    const ids = new Set(all ? before.entries.map(({ item }) => item.itemId) : idsIn(words, before.entries));
    const unknown = [...ids].filter((id) => !before.entries.some(({ item }) => item.itemId === id));
    if (unknown.length > 0)
      throw new UsageError(`${run}: never added: ${unknown.join(", ")}. isrf items list ${run} shows what was.`);
    const kept = [...before.entries.keys()].filter((at) => !ids.has(before.entries[at]!.item.itemId));
    if (ids.size > 0) {
      const entries = kept.map((at) => before.entries[at]!);
      await writeAddedItems(run, config, { entries, vectors: rowsAt(before.vectors, kept) });
    }
    return { removed: ids.size, total: kept.length };
  });
}

/** A word that is no id itself may hold several, with commas between. */
function idsIn(words: readonly string[], entries: readonly AddedItem[]): string[] {
  const isAdded = (word: string) => entries.some(({ item }) => item.itemId === word);
  return words.flatMap((word) => (isAdded(word) ? [word] : word.split(",").map((id) => id.trim())));
}
