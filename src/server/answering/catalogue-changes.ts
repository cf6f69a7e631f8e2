// Items that the shop put or deleted through the API, laid over a run's catalogue: other words for known items at once,
// new ones with texts and vectors in the run's space.
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { InputError, OperationError, UsageError } from "../../base/errors.ts";
import { matrix, row } from "../../base/matrix.ts";
import type { Report } from "../../base/progress.ts";
import { reasonOf, systemReason } from "../../base/system-errors.ts";
import type { Item } from "../../data/index.ts";
import type { CompileOptions } from "../../engine/index.ts";
import { newItemVectors } from "../../pipeline/items/index.ts";
import type { AddedItem, AddedItems } from "../../runs/added-items.ts";
import { modelVersion } from "../../runs/model-version.ts";
import type { OpenRun } from "../../runs/run.ts";
import { withAddedItems } from "../../runs/with-added-items.ts";
import type { PutItem } from "../contract/index.ts";
import type { ItemChange } from "../events/store.ts";
import { itemIndexOf } from "./item-index.ts";
import type { Overlay } from "./served-run.ts";

const entrySchema = z.looseObject({ title: z.string() });

export function itemOf(id: string, entry: PutItem): Item {
  return { itemId: id, sourceNumber: 0, ...entry };
}

/** What a change says of its item; undefined where it says nothing but that it was removed. */
export function changedItem({ id, entry }: ItemChange): Item | undefined {
  return entry === undefined ? undefined : parsed(id, entry);
}

function parsed(id: string, entry: string): Item {
  return itemOf(id, entrySchema.parse(JSON.parse(entry)) as PutItem);
}

const MAX_KNOWN = 100_000;

/** Vectors of new items that were made before, by the model in whose space they lie, and words. */
export class NewVectors {
  private readonly known = new Map<string, { readonly entry: AddedItem; readonly vector: Float32Array }>();
  private readonly encode: typeof newItemVectors;

  constructor(encode = newItemVectors) {
    this.encode = encode;
  }

  /** @param version Of the run's model: a directory may hold another one later. */
  async of(run: OpenRun, version: string, items: readonly Item[], report: Report): Promise<AddedItems> {
    if (this.known.size > MAX_KNOWN) this.known.clear();
    const keyOf = (item: Item) => JSON.stringify([version, run.config.embeddings, item]);
    const unknown = items.filter((item) => !this.known.has(keyOf(item)));
    if (unknown.length > 0) {
      const { texts, by, vectors } = await this.encode(run, unknown, report);
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
  /** `base` with new items, under none of the changes; `base` itself where there are none. */
  readonly extended: OpenRun;
  /** New items are missing, since something outside failed (a model server, a disk) that may be mended later. */
  readonly isPartial: boolean;
}

export interface LayOptions {
  /** Whether the run answers about items that its training never saw. */
  readonly takesNew: boolean;
  /** Of the model of `base`, as it was opened. */
  readonly version: string;
  readonly vectors: NewVectors;
  readonly compile: CompileOptions;
  readonly report: Report;
  /** What `base` was extended to the last time: it goes on where new items cannot be had. */
  readonly before?: OpenRun | undefined;
}

/**
 * `base` under `changes`. Where new items are among them, the result has a recommender of its own, or that of `before`;
 * otherwise that of `base`.
 */
export async function layChanges(base: OpenRun, changes: readonly ItemChange[], options: LayOptions): Promise<Laid> {
  const { takesNew } = options;
  const known = itemIndexOf(base.dataset.items);
  const fresh = changes.flatMap((change) =>
    known.has(change.id) || change.isRemoved ? [] : (changedItem(change) ?? []),
  );
  const { extended, isPartial } =
    fresh.length === 0 || !takesNew ? { extended: base, isPartial: false } : await extendedBy(base, fresh, options);
  const index = itemIndexOf(extended.dataset.items);
  const items = [...extended.dataset.items];
  const removed = new Set<number>();
  for (const change of changes) {
    const item = index.get(change.id);
    if (item === undefined) continue;
    items[item] = saidOf(items[item]!, change);
    if (change.isRemoved) removed.add(item);
  }
  return {
    run: { ...extended, dataset: { ...extended.dataset, items } },
    overlay: { removed, added: extended.added?.entries.length ?? 0, itemIndex: index },
    extended,
    isPartial,
  };
}

/** What was last said of an item of the catalogue: the same object as long as nothing else is said. */
const said = new WeakMap<Item, { readonly entry: string; readonly item: Item }>();

function saidOf(own: Item, { id, entry }: ItemChange): Item {
  if (entry === undefined) return own;
  const known = said.get(own);
  if (known?.entry === entry) return known.item;
  const item = { ...parsed(id, entry), sourceNumber: own.sourceNumber };
  said.set(own, { entry, item });
  return item;
}

/**
 * `before`, or `base` itself, where its texts or its files are not there any more, or what makes vectors fails: it goes
 * on answering about what it knows.
 */
async function extendedBy(
  base: OpenRun,
  fresh: readonly Item[],
  { version, vectors, compile, report, before = base }: LayOptions,
): Promise<Pick<Laid, "extended" | "isPartial">> {
  if (holdsJust(before, base, fresh)) return { extended: before, isPartial: false };
  try {
    await requireModel(base, version);
    const extended = await withAddedItems(base, await vectors.of(base, version, fresh, report), compile);
    if (extended === undefined) throw otherModel(base);
    try {
      await requireModel(base, version);
    } catch (error) {
      await extended.recommender.dispose();
      throw error;
    }
    return { extended, isPartial: false };
  } catch (error) {
    const isLasting = error instanceof InputError || error instanceof UsageError;
    // Model servers, devices, disks.
    const isPartial = error instanceof OperationError || systemReason(error) !== undefined;
    if (!isLasting && !isPartial) throw error;
    const message = `${base.directory} cannot take ${fresh.length} new items along: ${reasonOf(error)}`;
    report({ kind: "warning", message });
    return { extended: before, isPartial };
  }
}

/** Whether `run` is `base` and the items of `fresh`, as they are. */
function holdsJust(run: OpenRun, base: OpenRun, fresh: readonly Item[]): boolean {
  const added = run.added?.entries.slice(base.added?.entries.length ?? 0) ?? [];
  return added.length === fresh.length && added.every(({ item }, at) => isDeepStrictEqual(item, fresh[at]));
}

/** Weights of another model, loaded beside those in memory, would answer under the old version. */
async function requireModel(base: OpenRun, version: string): Promise<void> {
  if ((await modelVersion(base.directory)) !== version) throw otherModel(base);
}

function otherModel({ directory }: OpenRun): InputError {
  return new InputError({
    where: directory,
    found: "another model than the one that is served, or none",
    expected: "the files that the run was opened from",
    todo: "Swap the new model in, or put the old one back.",
  });
}
