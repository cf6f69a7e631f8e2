// The catalogue: looking at it, and changing it.
import { takesNewItems } from "../answering/served-runs.ts";
import { indexOf, itemPage, searchItems, similarItems } from "../browsing/items.ts";
import type { ItemChange } from "../events/store.ts";
import { RequestError } from "../request-error.ts";
import type { Services } from "../services.ts";
import { type Handlers, Prepared } from "./handler.ts";

export function itemHandlers(
  services: Services,
): Handlers<"items" | "item" | "similarItems" | "putItem" | "deleteItem" | "popular" | "trending"> {
  const { runs, store, historyKinds, bestSellers } = services;
  const runOf = (name: string | undefined) => runs.choose(name, "");
  return {
    items: async ({ run, ...asked }) => {
      const { entries, ...page } = searchItems(runOf(run), asked);
      return { items: [...entries], ...page };
    },
    item: ({ id, run }) => runOf(run).use((served) => itemPage(served, store, historyKinds, id)),
    similarItems: ({ id, run, ...asked }) => runOf(run).use((served) => similarItems(served, id, asked)),
    putItem: async ({ id, ...entry }) => {
      const isKnown = runs.all.some(({ itemIndex }) => itemIndex.has(id));
      if (!isKnown) requireTakers(services);
      const before = isKnown ? undefined : await store.itemChange(id);
      await store.saveItem({ id, entry: JSON.stringify(entry), isRemoved: false, changed: Date.now() });
      await runs.relay();
      const run = runs.all.find(({ itemIndex }) => itemIndex.has(id));
      if (run === undefined) throw await notTaken(services, id, before);
      const page = await itemPage(run, store, historyKinds, id);
      return new Prepared(JSON.stringify(page), isKnown ? 200 : 201);
    },
    deleteItem: async ({ id }) => {
      const run = runs.all.find(({ itemIndex }) => itemIndex.has(id));
      const before = await store.itemChange(id);
      // It may be known to the store alone, where no run can take it along at the moment.
      if (run === undefined && before?.isRemoved !== false) indexOf(runs.first, id);
      await store.saveItem({ id, entry: before?.entry, isRemoved: true, changed: Date.now() });
      await runs.relay();
      return undefined;
    },
    popular: ({ run, ...asked }) => runOf(run).use((served) => bestSellers.popular(served, asked)),
    trending: ({ run, ...asked }) => runOf(run).use((served) => bestSellers.trending(served, asked)),
  };
}

/** @throws RequestError (conflict) where no run answers about items that its training never saw. */
function requireTakers({ runs }: Services): void {
  const takers = runs.all.filter(({ run }) => takesNewItems(run.config));
  if (takers.length > 0) return;
  const names = runs.all.map(({ name, run }) => `${name} (${run.config.model}, preset ${run.config.preset})`);
  throw new RequestError(
    "conflict",
    `This item is new, and ${names.join(", ")} answers by the items of its training alone.`,
    { todo: "Serve a run of isrf whose answers come from witnesses, as in presets tiny and mini, or train again." },
  );
}

/** The store keeps what it said of an item before, and forgets what no run can answer about. */
async function notTaken({ store }: Services, id: string, before: ItemChange | undefined): Promise<RequestError> {
  await store.saveItem({ ...(before ?? { id, isRemoved: true }), changed: Date.now() });
  return new RequestError("conflict", `No run can take the item ${id} along at the moment.`, {
    todo: "The server's log says why: a run needs its files, and the texts and the encoder that it was trained with.",
  });
}
