// Items that the shop put or deleted through the API, laid over a run's catalogue: other words for known items at once,
// new ones with texts and vectors in the run's space.
import { z } from "zod";
import { type Matrix, matrix, row } from "../../base/matrix.ts";
import type { Report } from "../../base/progress.ts";
import type { Item } from "../../data/index.ts";
import type { CompileOptions } from "../../engine/index.ts";
import { newItemVectors } from "../../pipeline/items/index.ts";
import type { AddedItem } from "../../runs/added-items.ts";
import type { OpenRun } from "../../runs/run.ts";
import { withAddedItems } from "../../runs/with-added-items.ts";
import type { PutItem } from "../contract/index.ts";
import type { ItemChange } from "../events/store.ts";
import type { Overlay } from "./served-run.ts";

const entrySchema = z.looseObject({ title: z.string() });

export function itemOf(id: string, entry: PutItem): Item {
  return { itemId: id, sourceNumber: 0, ...entry };
}

/** What a change says of its item; undefined where it says nothing but that it was removed. */
export function changedItem({ id, entry }: ItemChange): Item | undefined {
  return entry === undefined ? undefined : itemOf(id, entrySchema.parse(JSON.parse(entry)) as PutItem);
}

/** Vectors of new items that were made before, by run directory and words. */
export class NewVectors {
  private readonly known = new Map<string, { readonly entry: AddedItem; readonly vector: Float32Array }>();

  async of(run: OpenRun, items: readonly Item[], report: Report): Promise<{ entries: AddedItem[]; vectors: Matrix }> {
    const keyOf = (item: Item) => JSON.stringify([run.directory, item]);
    const unknown = items.filter((item) => !this.known.has(keyOf(item)));
    if (unknown.length > 0) {
      const { texts, by, vectors } = await newItemVectors(run, unknown, report);
      const added = new Date().toISOString();
      for (const [at, item] of unknown.entries())
        this.known.set(keyOf(item), {
          entry: { item, text: texts[at]!, textBy: by, added },
          vector: row(vectors, at).slice(),
        });
    }
    const found = items.map((item) => this.known.get(keyOf(item))!);
    const vectors = matrix(found.length, found[0]!.vector.length);
    for (const [at, { vector }] of found.entries()) row(vectors, at).set(vector);
    return { entries: found.map(({ entry }) => entry), vectors };
  }
}

export interface Laid {
  readonly run: OpenRun;
  readonly overlay: Overlay;
}

export interface LayOptions {
  /** Whether the run answers about items that its training never saw. */
  readonly takesNew: boolean;
  readonly vectors: NewVectors;
  readonly compile: CompileOptions;
  readonly report: Report;
}

/**
 * `base` under `changes`. Where new items are among them, the result has a recommender of its own; otherwise that of
 * `base`.
 */
export async function layChanges(base: OpenRun, changes: readonly ItemChange[], options: LayOptions): Promise<Laid> {
  const { takesNew, vectors, compile, report } = options;
  const known = new Set(base.dataset.items.map(({ itemId }) => itemId));
  const fresh = changes.flatMap((change) =>
    known.has(change.id) || change.isRemoved ? [] : (changedItem(change) ?? []),
  );
  const extended =
    fresh.length === 0 || !takesNew
      ? base
      : ((await withAddedItems(base, await vectors.of(base, fresh, report), compile)) ?? base);
  const byId = new Map(changes.map((change) => [change.id, change]));
  const items = extended.dataset.items.map((item) => {
    const change = byId.get(item.itemId);
    const said = change && changedItem(change);
    return said === undefined ? item : { ...said, sourceNumber: item.sourceNumber };
  });
  const removed = [...items.keys()].filter((item) => byId.get(items[item]!.itemId)?.isRemoved === true);
  return {
    run: { ...extended, dataset: { ...extended.dataset, items } },
    overlay: { removed: new Set(removed), added: extended.added?.entries.length ?? 0 },
  };
}
