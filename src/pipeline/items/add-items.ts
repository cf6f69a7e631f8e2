// Items that a run's training never saw: their catalogue entries, their texts as the run's were made, and vectors of
// these in the run's space, so that the run answers about them without training.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { InputError, stopIf, UsageError } from "../../base/errors.ts";
import { mendDirectory } from "../../base/leftovers.ts";
import { lockBeside, withLock } from "../../base/lock.ts";
import { type Matrix, matrix, row, stacked } from "../../base/matrix.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { type Dataset, type Item, readNewItems } from "../../data/index.ts";
import type { PretrainedEncoder } from "../../embedding/index.ts";
import { trainable } from "../../recommenders/registry.ts";
import {
  type AddedItem,
  type AddedItems,
  addedItemsFolder,
  readAddedItems,
  requireTakesNewItems,
  writeAddedItems,
} from "../../runs/added-items.ts";
import { type RunConfig, readRunConfig } from "../../runs/run.ts";
import { openRunDataset } from "../../runs/run-dataset.ts";
import { openRunEmbeddings } from "../../runs/run-embeddings.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import { parseReasoner } from "../reason/reasoners.ts";
import { knownItemTexts } from "./known-texts.ts";
import { type NewTexts, textsOfNewItems } from "./new-texts.ts";
import { dropUnfinished, openTextSpace } from "./new-vectors.ts";
import { addItemsSettings } from "./settings.ts";

export interface AddItemsOptions extends Given<typeof addItemsSettings> {
  /** Of your own, where the run's vectors were made by one; whoever made it disposes of it. */
  readonly encoder?: PretrainedEncoder | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** In the run: answers of a language model, until what they are for is added. */
const JOURNAL = ".items.texts";

export interface AddedToRun {
  readonly run: string;
  /** New ones of this call. */
  readonly added: readonly Item[];
  /** Known ones that were passed over. */
  readonly known: number;
  /** Added items that the run has now. */
  readonly total: number;
  /** Who wrote the new texts. */
  readonly textsBy: string;
}

/**
 * Add the items of a catalogue file to a run; those of earlier calls stay.
 * @throws UsageError for a run whose model knows the items of training alone, for items that are known already (unless
 *   `skipKnown`) or have no words; InputError where the run's texts or vectors cannot be made again as they were;
 *   InUseError while another process adds items.
 */
export async function addItems(run: string, options: AddItemsOptions): Promise<AddedToRun> {
  const { report = silent, signal, encoder } = options;
  const settings = settingsOf("items add", addItemsSettings, options);
  if (settings.llm !== undefined) parseReasoner(settings.llm);
  const config = await readRunConfig(run);
  requireTakesNewItems(run, config);
  const folder = addedItemsFolder(run);
  return withLock(lockBeside(folder), { command: "isrf items add", signal }, async () => {
    await mendDirectory(folder, { report, holdsLock: true });
    const dataset = await openRunDataset(run, config.dataset, settings.dataset);
    const before = await readAddedItems(run, config);
    const found = await newItems(dataset, before, { ...settings, report, signal });
    const embeddings = (await openRunEmbeddings({ directory: run, config, dataset, added: undefined }))!;
    const { manifest, items } = embeddings;
    const known = await knownItemTexts(dataset, manifest, report);
    const { device, llm } = settings;
    const space = await openTextSpace({ run, embeddings, known, encoder, device, report, signal });
    const journal = join(run, JOURNAL);
    try {
      // A language model is asked, and paid, when nothing else can be refused any more.
      if (llm !== undefined) await space.check();
      await requireAnswerable(run, config, matrix((before?.entries.length ?? 0) + found.items.length, items.columns));
      const texts = await textsOfNewItems({ dataset, items: found.items, manifest, llm, journal, report, signal });
      const vectors = await space.vectorsOf(texts.texts);
      tellOfEmpty(vectors, report);
      const all = together(before, found.items, texts, vectors);
      stopIf(signal, `${run}: stopped before anything was added. Run the same command again.`);
      await writeAddedItems(run, config, all);
      for (const suffix of ["", "-wal", "-shm"]) await rm(journal + suffix, { force: true });
      await dropUnfinished(run);
      return { run, added: found.items, known: found.known, total: all.entries.length, textsBy: texts.by };
    } finally {
      await space.dispose();
    }
  });
}

type Reading = Omit<AddItemsOptions, "report"> & { readonly report: Report };

async function newItems(
  dataset: Dataset,
  before: AddedItems | undefined,
  { report, ...options }: Reading,
): Promise<{ readonly items: readonly Item[]; readonly known: number }> {
  const earlier = before?.entries.map(({ item }) => item) ?? [];
  const ids = [...dataset.items, ...earlier].map(({ itemId }) => itemId);
  const { items, known, hidden } = await readNewItems({ ...options, known: ids }, report);
  if (known.length > 0 && options.skipKnown !== true) {
    const which = `${known.slice(0, SHOWN).join(", ")}${known.length > SHOWN ? ", ..." : ""}`;
    throw new UsageError(
      `${filesOf(options)}: the run knows ${known.length} of these items already (${which}). Leave them out, or add --skip-known to pass over them.`,
    );
  }
  if (items.length === 0) {
    const found = ["no item that the run does not know", hidden?.found].filter((part) => part !== undefined);
    const todo = hidden === undefined ? undefined : `Mend the column, or add what it hides: ${hidden.todo}`;
    throw new InputError({ where: filesOf(options), found: found.join("; "), expected: "new items", todo });
  }
  requireWords(filesOf(options), items);
  return { items, known: known.length };
}

/** So many ids a message lists. */
const SHOWN = 5;

const filesOf = ({ items }: Pick<AddItemsOptions, "items">): string =>
  typeof items === "string" ? items : items.join(", ");

function requireWords(where: string, items: readonly Item[]): void {
  const silentOnes = items.filter(({ title, description }) => title === undefined && description === undefined);
  if (silentOnes.length === 0) return;
  const ids = silentOnes.slice(0, SHOWN).map(({ itemId }) => itemId);
  throw new InputError({
    where,
    found: `${silentOnes.length} of ${items.length} items without a title or a description (${ids.join(", ")})`,
    expected: "words: they are all that is known of a new item",
    todo: "Name the column with --title COL or --description COL, or leave these items out.",
  });
}

/** Rows of zeros: no word of the text is one that the encoder knows. */
function tellOfEmpty(vectors: Matrix, report: Report): void {
  const rows = Array.from({ length: vectors.rows }, (_, r) => row(vectors, r));
  const empty = rows.filter((values) => values.every((value) => value === 0)).length;
  if (empty === 0) return;
  const message = `${empty} of ${vectors.rows} new items have no word that the run's encoder knows: nothing will speak for them.`;
  report({ kind: "warning", message });
}

function together(
  before: AddedItems | undefined,
  items: readonly Item[],
  { texts, by }: NewTexts,
  vectors: Matrix,
): AddedItems {
  const added = new Date().toISOString();
  const entries = items.map((item, at): AddedItem => ({ item, text: texts[at]!, textBy: by, added }));
  if (before === undefined) return { entries, vectors };
  return { entries: [...before.entries, ...entries], vectors: stacked(before.vectors, vectors) };
}

/** Opens the model with so many new rows once, so that what it cannot take is refused now. */
async function requireAnswerable(run: string, { model, device }: RunConfig, newTexts: Matrix): Promise<void> {
  const checkpoint = await Checkpoints.ofRun(run).open("best");
  if (checkpoint === undefined) {
    throw new InputError({
      where: run,
      found: "no checkpoint after a whole epoch",
      expected: "a trained run",
      todo: `Go on with \`isrf train ... --out ${run} --resume\`.`,
    });
  }
  const recommender = await trainable(model).load(checkpoint, { device }, run, newTexts);
  await recommender.dispose();
}
