// `items/` in a run: catalogue entries, texts and text vectors of items that its training never saw. Answers take them
// along; evaluations do not.
import { join } from "node:path";
import { z } from "zod";
import { checkDirectory, writeSealedDirectory } from "../base/checksums.ts";
import { InputError, UsageError } from "../base/errors.ts";
import { exists, writeJsonAtomic } from "../base/files.ts";
import { mendDirectory } from "../base/leftovers.ts";
import { type Matrix, matrix } from "../base/matrix.ts";
import { productVersion } from "../base/product-version.ts";
import { readRecord } from "../base/records.ts";
import { type Item, itemRecord } from "../data/index.ts";
import { floatTensor, readSafetensors, writeSafetensors } from "../engine/safetensors.ts";
import { RECOMMENDERS, trainable } from "../recommenders/registry.ts";

const FOLDER = "items";
const TABLE = "vectors.safetensors";
const TENSOR = "embeddings";
const TODO = "Remove the folder and add the items again.";

const schema = z.object({
  format: z.literal(1),
  kind: z.literal("added items"),
  productVersion: z.string(),
  /** Of the texts that the run was trained with: vectors of others lie in another space. */
  itemTextHash: z.string(),
  dimensions: z.number().int(),
  items: z.array(
    z.object({
      item: itemRecord,
      /** What was embedded. */
      text: z.string(),
      /** Who wrote it, such as "rule-based (offline)". */
      textBy: z.string(),
      added: z.string(),
    }),
  ),
});

/** What of a run's settings added items hang on. */
interface TrainedAs {
  readonly model: string;
  readonly preset: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly embeddings: { readonly itemTextHash: string } | null;
}

export interface AddedItem {
  readonly item: Item;
  readonly text: string;
  readonly textBy: string;
  /** When, in ISO form. */
  readonly added: string;
}

export interface AddedItems {
  readonly entries: readonly AddedItem[];
  /** Text vectors in the run's space, beside `entries`. [items, d] */
  readonly vectors: Matrix;
}

/** Where a run keeps added items. */
export const addedItemsFolder = (run: string): string => join(run, FOLDER);

/** Undefined where the run has none (any more). @throws InputError for what is damaged, or made for other texts. */
export async function readAddedItems(run: string, { embeddings }: TrainedAs): Promise<AddedItems | undefined> {
  const folder = addedItemsFolder(run);
  await mendDirectory(folder);
  const where = join(folder, "manifest.json");
  if (!(await exists(where))) return undefined;
  await checkDirectory(folder, TODO);
  const { itemTextHash, dimensions, items } = await readRecord(where, schema, {
    expected: "items that were added to a run",
    todo: TODO,
  });
  if (itemTextHash !== embeddings?.itemTextHash) {
    const [found, expected] = ["vectors beside other texts", "vectors beside the texts that the run was trained with"];
    throw new InputError({ where, found, expected, todo: TODO });
  }
  if (items.length === 0) return undefined;
  const path = join(folder, TABLE);
  const shape = [items.length, dimensions] as const;
  const data = floatTensor(path, await readSafetensors(path), TENSOR, shape);
  // zod types an absent field as `undefined`; it leaves the key out, which is what `Item` asks for.
  return { entries: items as AddedItem[], vectors: matrix(...shape, data) };
}

/** Replaces what was there, as a whole. */
export async function writeAddedItems(
  run: string,
  { embeddings }: TrainedAs,
  { entries, vectors }: AddedItems,
): Promise<void> {
  await writeSealedDirectory(addedItemsFolder(run), async (to) => {
    const { rows, columns, data } = vectors;
    if (rows > 0) await writeSafetensors(join(to, TABLE), { [TENSOR]: { shape: [rows, columns], data } });
    await writeJsonAtomic(join(to, "manifest.json"), {
      format: 1,
      kind: "added items",
      productVersion: productVersion(),
      itemTextHash: embeddings!.itemTextHash,
      dimensions: columns,
      items: entries,
    });
  });
}

/** @throws UsageError that names the models that can, for a run whose model knows no items beyond those of training. */
export function requireTakesNewItems(run: string, { model, preset, options }: TrainedAs): void {
  if (trainable(model).takesNewItems?.(options) === true) return;
  const able = RECOMMENDERS.filter((one) => one.kind === "trained" && one.takesNewItems !== undefined);
  throw new UsageError(
    `${run} (${model}, preset ${preset}) answers by the items of its training alone. Items can be added to runs of ${able.map(({ name }) => name).join(", ")}; of isrf those whose answers come from witnesses, as in presets tiny and mini.`,
  );
}
