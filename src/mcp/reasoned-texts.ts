// What was reasoned about an item or a user, where anything was.
import { InputError } from "../base/errors.ts";
import { type ChainTexts, readItemTexts, readUserTexts } from "../reasoning/index.ts";
import type { OpenRun } from "../runs/run.ts";
import { trainedDataset } from "../runs/run-embeddings.ts";

/** What stands at the core of an item. Added items bring the text that they were added with. */
export async function itemCoreOf(run: OpenRun, item: number): Promise<string | undefined> {
  const added = run.added?.entries ?? [];
  const place = item - (run.dataset.items.length - added.length);
  if (place >= 0) return added[place]?.text;
  const texts = await ifReasoned(run, async () => {
    const dataset = await trainedDataset(run);
    return (await readItemTexts(dataset.directory, dataset, [item])).get(item);
  });
  return texts?.feature;
}

export async function userTextsOf(run: OpenRun, user: number): Promise<(ChainTexts & { by: string }) | undefined> {
  return ifReasoned(run, async () => {
    const dataset = await trainedDataset(run);
    const { texts, writers, source } = await readUserTexts(dataset.directory, dataset, [user]);
    const own = texts.get(user);
    return own && { ...own, by: writers.get(user) ?? source };
  });
}

/** A run without texts, or whose texts are gone, still answers. */
async function ifReasoned<T>({ config }: OpenRun, read: () => Promise<T>): Promise<T | undefined> {
  if (config.embeddings === null || config.embeddings.textsBy === "attributes") return undefined;
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
