// A history of the exported model as items to list.
import type { Item, Recommender } from "../../../src/browser/api.ts";

/** One an id, so that ids that are passed over can be seen, and taken out. */
export function historyItems(history: readonly string[], recommender: Pick<Recommender, "item">): Item[] {
  return history.map((id) => recommender.item(id) ?? { id, title: `${id}, not known here`, categories: [] });
}
