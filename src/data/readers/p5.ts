// P5/POD/ELMRec directories: sequential.txt, and beside it datamaps.json, items.jsonl and negatives.txt(.gz) when
// present.
import { join } from "node:path";
import { z } from "zod";
import { InputError, UsageError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { Report } from "../../base/progress.ts";
import { readRecord } from "../../base/records.ts";
import type { Item } from "../dataset.ts";
import type { RawShop, ReadShop, SourceNumbers } from "../raw-shop.ts";
import { type CatalogueEntry, readP5Catalogue } from "./p5-catalogue.ts";
import { readP5Negatives } from "./p5-negatives.ts";
import { type P5Sequences, readP5Sequences } from "./p5-sequences.ts";

const NEGATIVE_NAMES = ["negatives.txt.gz", "negatives.txt", "negative.txt.gz", "negative.txt"];

/**
 * Read a P5 directory as it stands, without filters.
 * @throws InputError for a malformed line in any of its files; UsageError when there is no sequential.txt.
 */
export async function readP5Directory(directory: string, report: Report): Promise<ReadShop> {
  const sequenceFile = join(directory, "sequential.txt");
  if (!(await exists(sequenceFile))) {
    throw new UsageError(`${directory} has no sequential.txt, so it is no P5 directory. Check --dir.`);
  }
  report({ kind: "stage", stage: "read P5 directory", detail: directory });
  const sequences = await readP5Sequences(sequenceFile);
  const files = [sequenceFile];
  const optional = async (names: readonly string[]): Promise<string | undefined> => {
    for (const name of names) {
      if (!(await exists(join(directory, name)))) continue;
      files.push(join(directory, name));
      return join(directory, name);
    }
    return undefined;
  };
  const mapFile = await optional(["datamaps.json"]);
  const catalogueFile = await optional(["items.jsonl", "items.jsonl.gz"]);
  const negativeFile = await optional(NEGATIVE_NAMES);
  const maps = mapFile === undefined ? {} : await readDataMaps(mapFile);
  const catalogue = catalogueFile === undefined ? new Map() : await readP5Catalogue(catalogueFile);
  const shop = assemble(sequences, catalogue, { mapFile, ...maps });
  warnOfGaps(shop, sequences, catalogue, report);
  const negatives = negativeFile === undefined ? undefined : await readP5Negatives(negativeFile, sequences);
  const read = negatives === undefined ? shop : { ...shop, negatives };
  return { shop: read, files, facts: { format: "p5" }, numbers: numbersOf(sequences, shop) };
}

/** Review files as P5's successors name them. */
const REVIEW_NAMES = ["explanation.json", "exp_splits.pkl", "review_splits.pkl", "explanation.pickle"];

/** They change what is trained on under protocol `paper`, so they are read where they are asked for. */
export async function tellOfUnreadReviews(directory: string, report: Report): Promise<void> {
  const files = REVIEW_NAMES.map((name) => join(directory, name));
  const exist = await Promise.all(files.map(exists));
  const file = files.find((_, k) => exist[k]);
  if (file === undefined) return;
  const message = `${file} lies there and is not read: --explanations ${file}, or in a study's data set explanations: ${file}, takes its sentences for the third task.`;
  report({ kind: "notice", message });
}

/** Review files beside sequential.txt call users and items as it does. */
function numbersOf({ userNumbers, itemNumbers }: P5Sequences, { users, items }: RawShop): SourceNumbers {
  return {
    users: new Map(userNumbers.map((number, user) => [String(number), users[user]!])),
    items: new Map(itemNumbers.map((number, item) => [String(number), items[item]!.itemId])),
  };
}

const ID_MAP = z.record(z.string(), z.union([z.string(), z.number()]));
const DATA_MAPS = z.object({ id2user: ID_MAP.optional(), id2item: ID_MAP.optional() });

interface DataMaps {
  readonly mapFile?: string | undefined;
  readonly id2user?: Readonly<Record<string, string | number>> | undefined;
  readonly id2item?: Readonly<Record<string, string | number>> | undefined;
}

async function readDataMaps(file: string): Promise<DataMaps> {
  return readRecord(file, DATA_MAPS, {
    expected: '{"id2user": {"1": "..."}, "id2item": {"1": "..."}}',
    todo: "Mend the file, or remove it to use the numbers of sequential.txt as ids.",
  });
}

function assemble(sequences: P5Sequences, catalogue: ReadonlyMap<number, CatalogueEntry>, maps: DataMaps): RawShop {
  const externalId = (kind: "user" | "item", number: number, otherwise: string): string => {
    const map = kind === "user" ? maps.id2user : maps.id2item;
    if (map === undefined) return otherwise;
    const id = map[String(number)];
    if (id !== undefined) return String(id);
    throw new InputError({
      where: maps.mapFile ?? "datamaps.json",
      found: `no id2${kind} entry for ${kind} ${number}`,
      expected: `an entry for every ${kind} of sequential.txt`,
      todo: "The files belong to different datasets, or one is cut short: fetch them again.",
    });
  };
  const items = sequences.itemNumbers.map((number): Item => {
    const entry = catalogue.get(number);
    return { itemId: externalId("item", number, entry?.asin ?? String(number)), sourceNumber: number, ...entry?.facts };
  });
  const users = sequences.userNumbers.map((number) => externalId("user", number, String(number)));
  const where = maps.mapFile ?? "items.jsonl";
  requireDistinct(where, "user", users);
  requireDistinct(
    where,
    "item",
    items.map((item) => item.itemId),
  );
  return { users, items, sequences: sequences.sequences };
}

function requireDistinct(where: string, kind: "user" | "item", ids: readonly string[]): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) {
      const todo = "Give every number its own id.";
      throw new InputError({ where, found: `${kind} id "${id}" for two numbers`, expected: "distinct ids", todo });
    }
    seen.add(id);
  }
}

function warnOfGaps(
  shop: RawShop,
  sequences: P5Sequences,
  catalogue: ReadonlyMap<number, CatalogueEntry>,
  report: Report,
): void {
  if (catalogue.size === 0) return;
  const missing = sequences.itemNumbers.filter((number) => !catalogue.has(number)).length;
  const unused = catalogue.size - (shop.items.length - missing);
  if (missing > 0)
    report({ kind: "warning", message: `${missing} items have no line in the catalogue (items.jsonl).` });
  if (unused > 0) report({ kind: "notice", message: `${unused} catalogue items without interactions were left out.` });
}
