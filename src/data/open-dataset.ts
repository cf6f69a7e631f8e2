// Reading a dataset directory back, with every promise of the contract checked.
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { z } from "zod";
import { checkDirectory } from "../base/checksums.ts";
import { InputError } from "../base/errors.ts";
import { exists, readJson } from "../base/files.ts";
import { updatedByTexts } from "../base/hash-of-texts.ts";
import { type Report, silent } from "../base/progress.ts";
import { besideSequences } from "./beside-sequences.ts";
import type { Dataset, DatasetManifest, Item } from "./dataset.ts";
import { fileTable, readInt32Columns, readRows, withDatabase } from "./duckdb.ts";
import { explanationFactsSchema } from "./explanations/explanation-facts.ts";
import { ITEM_COLUMNS, readItems } from "./item-table.ts";
import { mendDataset } from "./kept-work.ts";
import { wholeSequences } from "./lists.ts";
import { REIMPORT, readTable } from "./read-table.ts";
import { type DatasetSplit, datasetSplitSchema } from "./splits/dataset-split.ts";

const COUNTS = z.object({ users: z.number(), items: z.number(), interactions: z.number() });

const MANIFEST = z.object({
  format: z.literal(1),
  kind: z.literal("dataset"),
  name: z.string(),
  productVersion: z.string(),
  domain: z.string(),
  inputs: z.array(z.object({ file: z.string(), sha256: z.string() })),
  options: z.record(z.string(), z.unknown()),
  seed: z.number(),
  counts: COUNTS,
  lineage: z.array(z.object({ name: z.string(), hash: z.string(), counts: COUNTS })).optional(),
  split: datasetSplitSchema.optional(),
  explanations: explanationFactsSchema.optional(),
});

/**
 * Open a directory written by `importDataset` or `synthesiseShop`. What a killed import left beside it is put right.
 * @throws InputError when it is no dataset, of another format version, or damaged.
 */
export async function openDataset(directory: string, report: Report = silent): Promise<Dataset> {
  await mendDataset(directory, report);
  await checkDirectory(directory, REIMPORT);
  const manifest = await readManifest(directory);
  return withDatabase(async (database) => {
    const users = await readUsers(database, directory);
    const items = await readItems(database, join(directory, "items.parquet"));
    const sequences = await readSequences(database, directory, users.length);
    const interactions = sequences.reduce((sum, sequence) => sum + sequence.length, 0);
    checkCounts(directory, manifest, { users: users.length, items: items.length, interactions });
    const weights = await readWeights(directory, manifest, sequences);
    return {
      directory,
      manifest,
      hash: hashOf(users, items, sequences, weights, manifest.split),
      users,
      items,
      sequences: wholeSequences(sequences),
      weights,
    };
  });
}

async function readManifest(directory: string): Promise<DatasetManifest> {
  const file = join(directory, "manifest.json");
  if (!(await exists(file))) {
    const found = (await exists(directory)) ? "no manifest.json" : "no such directory";
    throw new InputError({
      where: directory,
      found,
      expected: "a dataset directory",
      todo: (await exists(join(directory, "dataset", "manifest.json")))
        ? `Name ${join(directory, "dataset")}: there lies what \`isrf run\` imported.`
        : "Make one with `isrf data import` or `isrf data synth`.",
    });
  }
  const json = (await readJson(file)) as { kind?: unknown; format?: unknown } | null;
  const parsed = MANIFEST.safeParse(json);
  if (parsed.success) return parsed.data;
  const isDataset = json?.kind === "dataset";
  if (isDataset && json.format !== 1) {
    const todo = "Import the data again with this version.";
    throw new InputError({ where: file, found: `format ${JSON.stringify(json.format)}`, expected: "format 1", todo });
  }
  throw new InputError({
    where: file,
    found: isDataset ? z.prettifyError(parsed.error) : `an artifact of kind ${JSON.stringify(json?.kind)}`,
    expected: "the manifest of a dataset",
    todo: isDataset ? REIMPORT : "Name a directory made by `isrf data import` or `isrf data synth`.",
  });
}

async function readUsers(database: DuckDBConnection, directory: string): Promise<string[]> {
  const file = join(directory, "users.parquet");
  const rows = await readTable(file, () => readRows(database, `SELECT userId FROM ${fileTable("read_parquet", file)}`));
  return rows.map(([userId]) => String(userId));
}

async function readSequences(database: DuckDBConnection, directory: string, nUsers: number): Promise<Int32Array[]> {
  const file = join(directory, "interactions.parquet");
  const table = (name: string) => fileTable("read_parquet", join(directory, name), ["file_row_number=true"]);
  const sql = `
    SELECT u.file_row_number::INTEGER, i.file_row_number::INTEGER, x.position
    FROM ${fileTable("read_parquet", file)} x
    LEFT JOIN ${table("users.parquet")} u ON u.userId = x.userId
    LEFT JOIN ${table("items.parquet")} i ON i.itemId = x.itemId
    ORDER BY 1, 3`;
  const [users, items, positions] = await readTable(file, () => readInt32Columns(database, sql));
  return groupSequences(file, nUsers, users!, items!, positions!);
}

/** Undefined where the import says of none. An interaction without one, of a file added later, weighs 1. */
async function readWeights(
  directory: string,
  { options }: DatasetManifest,
  sequences: readonly Int32Array[],
): Promise<Float64Array[] | undefined> {
  if (options.weights !== "rating") return undefined;
  const lengths = sequences.map(({ length }) => length);
  const weights = await besideSequences(directory, "rating", lengths);
  return weights?.map((list) => list.map((weight) => (Number.isNaN(weight) ? 1 : weight)));
}

function groupSequences(
  file: string,
  nUsers: number,
  users: Int32Array,
  items: Int32Array,
  positions: Int32Array,
): Int32Array[] {
  const damaged = (found: string) =>
    new InputError({ where: file, found, expected: "every position of every user once", todo: REIMPORT });
  if (users.includes(-1) || items.includes(-1)) throw damaged("ids that users.parquet or items.parquet lacks");
  const sequences: Int32Array[] = [];
  for (let start = 0; start < users.length; ) {
    let end = start;
    while (end < users.length && users[end] === users[start]) {
      if (positions[end] !== end - start) throw damaged(`a gap at position ${end - start} of user ${users[start]}`);
      end++;
    }
    if (users[start] !== sequences.length) throw damaged(`no interactions of user ${sequences.length}`);
    sequences.push(items.slice(start, end));
    start = end;
  }
  if (sequences.length !== nUsers) throw damaged(`interactions of ${sequences.length} of ${nUsers} users`);
  return sequences;
}

function checkCounts(directory: string, manifest: DatasetManifest, counts: DatasetManifest["counts"]): void {
  for (const key of ["users", "items", "interactions"] as const) {
    if (counts[key] === manifest.counts[key]) continue;
    const found = `${counts[key]} ${key}`;
    throw new InputError({
      where: directory,
      found,
      expected: `${manifest.counts[key]} (manifest.json)`,
      todo: REIMPORT,
    });
  }
}

function hashOf(
  users: readonly string[],
  items: readonly Item[],
  sequences: readonly Int32Array[],
  weights: readonly Float64Array[] = [],
  split?: DatasetSplit,
): string {
  const hash = updatedByTexts(createHash("sha256"), users);
  for (const item of items) hash.update(JSON.stringify(ITEM_KEYS.map((key) => item[key] ?? null)));
  for (const sequence of sequences) hash.update(`${sequence.join(" ")}\n`);
  for (const list of weights) hash.update(`${list.join(" ")}\n`);
  if (split !== undefined) hash.update(JSON.stringify([split.rule, split.questions]));
  return hash.digest("hex");
}

const ITEM_KEYS = Object.keys(ITEM_COLUMNS) as (keyof Item)[];

/** The dataset itself, or the one that lies in a directory. @throws as `openDataset`. */
export async function openedDataset(dataset: string | Dataset, report: Report = silent): Promise<Dataset> {
  return typeof dataset === "string" ? openDataset(dataset, report) : dataset;
}
