// Items that the shop put or deleted through the API, laid over a run's catalogue: other words for known items at once,
// new ones with texts and vectors in the run's space.
import { z } from "zod";
import { InputError, UsageError } from "../../base/errors.ts";
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

const MAX_KNOWN = 100_000;

/** Vectors of new items that were made before, by run directory and words. */
export class NewVectors {
  private readonly known = new Map<string, { readonly entry: AddedItem; readonly vector: Float32Array }>();

  async of(run: OpenRun, items: readonly Item[], report: Report): Promise<{ entries: AddedItem[]; vectors: Matrix }> {
    if (this.known.size > MAX_KNOWN) this.known.clear();
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
  const { takesNew } = options;
  const known = new Set(base.dataset.items.map(({ itemId }) => itemId));
  const fresh = changes.flatMap((change) =>
    known.has(change.id) || change.isRemoved ? [] : (changedItem(change) ?? []),
  );
  const extended = fresh.length === 0 || !takesNew ? base : await extendedBy(base, fresh, options);
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

/** `base` itself where its texts or its files are not there any more: it goes on answering about what it knows. */
async function extendedBy(
  base: OpenRun,
  fresh: readonly Item[],
  { vectors, compile, report }: LayOptions,
): Promise<OpenRun> {
  const message = `${base.directory} cannot take ${fresh.length} new items along`;
  try {
    const extended = await withAddedItems(base, await vectors.of(base, fresh, report), compile);
    if (extended === undefined) report({ kind: "warning", message: `${message}: its checkpoint is gone.` });
    return extended ?? base;
  } catch (error) {
    if (!(error instanceof InputError || error instanceof UsageError)) throw error;
    report({ kind: "warning", message: `${message}: ${error.message}` });
    return base;
  }
}
