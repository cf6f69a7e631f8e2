// A RawShop becomes a dataset directory: strict numbers, stored candidates, Parquet tables, manifest; all or nothing.
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { writeSealedDirectory } from "../base/checksums.ts";
import { stopIf, UsageError } from "../base/errors.ts";
import { exists, sha256File, writeJsonAtomic } from "../base/files.ts";
import { lockBeside, withLock } from "../base/lock.ts";
import { productVersion } from "../base/product-version.ts";
import type { Report } from "../base/progress.ts";
import { DATA_SEED } from "../base/seeds.ts";
import type { Given } from "../base/settings.ts";
import type { CandidateKind, Dataset, DatasetManifest, Item, SplitName } from "./dataset.ts";
import { CANDIDATE_SEED, candidatePool, drawCandidates, negativesPerUser } from "./draw-candidates.ts";
import { writeParquet } from "./duckdb.ts";
import { type ExplanationsToWrite, explanationFacts, writeExplanations } from "./explanations/explanations-file.ts";
import { ITEM_COLUMNS } from "./item-table.ts";
import { keepWork, locksInside, mendDataset, tellOfKeptWork } from "./kept-work.ts";
import { wholeSequences } from "./lists.ts";
import { openDataset } from "./open-dataset.ts";
import { shortQuestions } from "./owns-everything.ts";
import type { InputFile, RawShop } from "./raw-shop.ts";
import { renumberItems, translate } from "./renumber.ts";
import type { writeSettings } from "./settings.ts";
import { splitLeaveLast, splitLeaveLastTwo } from "./split.ts";
import { heldOutAtEnd } from "./splits/dataset-split.ts";
import { writeInteractions } from "./write-interactions.ts";

export interface WriteOptions extends Given<typeof writeSettings> {
  /** Default: the last part of `out`. */
  readonly name?: string | undefined;
  /** Domain noun for prompts. Default: `NAME product`. */
  readonly domain?: string | undefined;
  /** Drives the numbering of items that are only held out. */
  readonly seed?: number | undefined;
  /** When it fires, the work stops before the directory moves into place. */
  readonly signal?: AbortSignal | undefined;
}

/** Where the data came from, for the manifest. */
export interface Provenance {
  readonly files: readonly InputFile[];
  readonly options: Readonly<Record<string, unknown>>;
  /** Versions that these data began with, newest first. */
  readonly lineage?: DatasetManifest["lineage"];
  /** Where the data were split off: says how many items at the end of a sequence are held out. */
  readonly split?: DatasetManifest["split"];
  /** Sentences on pairs of the shop. */
  readonly explanations?: ExplanationsToWrite | undefined;
}

/** @throws UsageError when `out` exists and may not be replaced. */
export async function checkDestination(out: string, overwrite: boolean): Promise<void> {
  if (!(await exists(out))) return;
  if (!overwrite) throw new UsageError(`${out} exists already. Choose another --out or add --overwrite to replace it.`);
  if (!(await stat(out)).isDirectory() || !(await exists(join(out, "manifest.json")))) {
    throw new UsageError(`${out} exists and is not a dataset, so --overwrite leaves it alone. Choose another --out.`);
  }
}

/** Adds files to the directory: `newNumber` is the itemIndex by position in the shop's catalogue. */
type AddFiles = (temporary: string, newNumber: Int32Array) => Promise<void>;

/**
 * Write `shop` to `options.out` and open it. `extra` may add files to the directory before it moves into place.
 * What was reasoned and embedded from a dataset that is replaced stays.
 * @throws UsageError when `out` exists and `overwrite` is not set; CancelledError when the signal fired; InUseError
 *   when another process writes there.
 */
export async function writeDataset(
  shop: RawShop,
  options: WriteOptions,
  provenance: Provenance,
  report: Report,
  extra: AddFiles = async () => {},
): Promise<Dataset> {
  const { out } = options;
  const only = { command: "isrf data", unless: () => locksInside(out) };
  return withLock(lockBeside(out), only, async () => {
    await mendDataset(out, report, true);
    await checkDestination(out, options.overwrite ?? false);
    const isReplaced = await exists(out);
    await writeTo(out, shop, options, provenance, report, extra);
    const dataset = await openDataset(out);
    if (isReplaced) await tellOfKeptWork(out, dataset.hash, report);
    return dataset;
  });
}

async function writeTo(
  out: string,
  shop: RawShop,
  options: WriteOptions,
  provenance: Provenance,
  report: Report,
  extra: AddFiles,
): Promise<void> {
  const { seed = DATA_SEED } = options;
  const newNumber = renumberItems(shop.sequences, shop.items.length, seed, heldOutAtEnd(provenance.split));
  const sequences = shop.sequences.map((sequence) => translate(sequence, newNumber));
  const manifest = await makeManifest(shop, { ...options, seed }, provenance);
  await writeSealedDirectory(out, async (temporary) => {
    report({ kind: "stage", stage: "write dataset", detail: out });
    throwIfCancelled(options);
    await writeTables(temporary, shop, sequences, newNumber);
    await writeCandidates(temporary, shop, { sequences, newNumber, manifest }, report);
    if (provenance.explanations !== undefined)
      await writeExplanations(temporary, provenance.explanations.sentences, newNumber);
    await extra(temporary, newNumber);
    await writeJsonAtomic(join(temporary, "manifest.json"), manifest);
    await keepWork(out, temporary);
    throwIfCancelled(options);
  });
}

function throwIfCancelled({ out, signal }: WriteOptions): void {
  stopIf(signal, stoppedWords(out));
}

/** What a stopped import or synthesis says. */
export function stoppedWords(out: string): string {
  return `Stopped before ${out} was written; nothing was changed there. Run the same command again.`;
}

async function makeManifest(
  shop: RawShop,
  options: WriteOptions & { readonly seed: number },
  provenance: Provenance,
): Promise<DatasetManifest> {
  const name = options.name ?? basename(options.out);
  const inputs = await Promise.all(
    provenance.files.map(async (file) =>
      typeof file === "string" ? { file: basename(file), sha256: await sha256File(file) } : file,
    ),
  );
  return {
    format: 1,
    kind: "dataset",
    name,
    productVersion: productVersion(),
    domain: options.domain ?? `${name} product`,
    inputs,
    options: { ...provenance.options, candidateSeed: CANDIDATE_SEED },
    lineage: provenance.lineage,
    split: provenance.split,
    explanations: provenance.explanations && explanationFacts(provenance.explanations, shop),
    seed: options.seed,
    counts: {
      users: shop.users.length,
      items: shop.items.length,
      interactions: shop.sequences.reduce((sum, sequence) => sum + sequence.length, 0),
    },
  };
}

async function writeTables(
  directory: string,
  shop: RawShop,
  sequences: readonly Int32Array[],
  newNumber: Int32Array,
): Promise<void> {
  const items: Item[] = new Array(shop.items.length);
  shop.items.forEach((item, source) => {
    items[newNumber[source]!] = item;
  });
  await writeParquet(
    join(directory, "users.parquet"),
    { userId: "VARCHAR", attributes: "MAP(VARCHAR, VARCHAR)" },
    shop.users.map((userId, user) => ({ userId, attributes: shop.userAttributes?.[user] })),
  );
  await writeParquet(join(directory, "items.parquet"), ITEM_COLUMNS, items);
  await writeInteractions(directory, sequences, shop);
}

/** The shop's sequences in new numbers. */
interface Numbered {
  readonly sequences: readonly Int32Array[];
  readonly newNumber: Int32Array;
  readonly manifest: DatasetManifest;
}

/** `candidates.parquet`: negatives are row numbers of `items.parquet`, users those of `users.parquet`. */
async function writeCandidates(
  directory: string,
  shop: RawShop,
  { sequences, newNumber, manifest }: Numbered,
  report: Report,
): Promise<void> {
  const owned = shop.owned?.map((items) => translate(items, newNumber)) ?? sequences;
  const pool = candidatePool(owned, shop.items.length, manifest.options);
  const perUser = negativesPerUser(owned, pool.length);
  const message = shortQuestions(shop.users, owned, pool.length);
  if (message !== undefined) report({ kind: "warning", message });
  const dataset = { directory, users: shop.users, items: shop.items, sequences: wholeSequences(sequences) };
  const split = heldOutAtEnd(manifest.split) === 1 ? splitLeaveLast(dataset) : splitLeaveLastTwo(dataset);
  const sets: { name: SplitName; kind: CandidateKind; lists: readonly Int32Array[] }[] = [];
  for (const name of ["valid", "test"] as const) {
    for (const kind of ["uniform", "popularity"] as const) {
      const imported = name === "test" && kind === "uniform" ? shop.negatives : undefined;
      const lists = imported
        ? imported.map((list) => translate(list, newNumber))
        : slices(drawCandidates(split, owned, kind, name, perUser, pool), perUser, split.nUsers);
      sets.push({ name, kind, lists });
    }
  }
  await writeParquet(
    join(directory, "candidates.parquet"),
    { split: "VARCHAR", kind: "VARCHAR", userIndex: "INTEGER", negatives: "INTEGER[]" },
    candidateRows(sets),
  );
}

function* candidateRows(
  sets: readonly { name: SplitName; kind: CandidateKind; lists: readonly Int32Array[] }[],
): Generator<object> {
  for (const { name, kind, lists } of sets) {
    for (let userIndex = 0; userIndex < lists.length; userIndex++) {
      yield { split: name, kind, userIndex, negatives: Array.from(lists[userIndex]!) };
    }
  }
}

function slices(flat: Int32Array, perUser: number, nUsers: number): Int32Array[] {
  return Array.from({ length: nUsers }, (_, user) => flat.subarray(user * perUser, (user + 1) * perUser));
}
