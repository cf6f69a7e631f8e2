// `explanations.parquet` of a dataset: sentences of a review file on its pairs. The manifest says where they come from
// and what of the file was left out. They are no part of the dataset's hash: texts and vectors that were made without
// them stay valid, and a run that learns them stores their own hash.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import type { Dataset } from "../dataset.ts";
import { fileTable, readRows, withDatabase, writeParquet } from "../duckdb.ts";
import type { RawShop } from "../raw-shop.ts";
import { REIMPORT, readTable } from "../read-table.ts";
import type { LeftOut } from "../understanding.ts";
import type { ExplanationFacts } from "./explanation-facts.ts";
import type { ShopSentence } from "./match-explanations.ts";
import { SENTENCE_PARTS, type Sentence, type SentencePart, type SentenceSource } from "./sentence-source.ts";

const FILE = "explanations.parquet";

export interface ExplanationsToWrite {
  readonly sentences: readonly ShopSentence[];
  /** Names of the files, without folders. */
  readonly files: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

export function explanationFacts(
  { sentences, files, leftOut }: ExplanationsToWrite,
  shop: Pick<RawShop, "users" | "items">,
): ExplanationFacts {
  const having = (has: (sentence: ShopSentence) => boolean) => sentences.filter(has).length;
  const of = (part: SentencePart) => having((sentence) => sentence.part === part);
  const hasParts = sentences.some(({ part }) => part !== undefined);
  return {
    files: [...files],
    hash: hashOf(sentences, shop),
    sentences: sentences.length,
    withFeature: having(({ feature }) => feature !== undefined),
    withRating: having(({ rating }) => rating !== undefined),
    parts: hasParts ? { train: of("train"), valid: of("valid"), test: of("test") } : undefined,
    leftOut: leftOut.map(({ reason, count: n, examples }) => ({ reason, count: n, examples: [...examples] })),
  };
}

function hashOf(sentences: readonly ShopSentence[], { users, items }: Pick<RawShop, "users" | "items">): string {
  const hash = createHash("sha256");
  for (const { user, item, text, feature, rating, part } of sentences) {
    const told = [users[user], items[item]!.itemId, text, feature ?? null, rating ?? null, part ?? null];
    hash.update(`${JSON.stringify(told)}\n`);
  }
  return hash.digest("hex");
}

/** Into the directory of a dataset that is being written: `newNumber` is the itemIndex by place in the catalogue. */
export async function writeExplanations(
  directory: string,
  sentences: readonly ShopSentence[],
  newNumber: Int32Array,
): Promise<void> {
  const columns = {
    userIndex: "INTEGER",
    itemIndex: "INTEGER",
    part: "VARCHAR",
    sentence: "VARCHAR",
    feature: "VARCHAR",
    rating: "DOUBLE",
  };
  const records = sentences.map(({ user, item, part, text, feature, rating }) => {
    return { userIndex: user, itemIndex: newNumber[item]!, part, sentence: text, feature, rating };
  });
  await writeParquet(join(directory, FILE), columns, records);
}

/** In the dataset's own numbers; undefined where it has none. */
async function storedSentences(dataset: Dataset): Promise<readonly ShopSentence[] | undefined> {
  const facts = dataset.manifest.explanations;
  if (facts === undefined) return undefined;
  const file = join(dataset.directory, FILE);
  const table = fileTable("read_parquet", file);
  const rows = await readTable(file, () =>
    withDatabase((database) =>
      readRows(database, `SELECT userIndex, itemIndex, sentence, feature, rating, part FROM ${table}`),
    ),
  );
  const expected = "what the import wrote";
  const damaged = (found: string) => new InputError({ where: file, found, expected, todo: REIMPORT });
  if (rows.length !== facts.sentences)
    throw damaged(`${rows.length} sentences, not the ${facts.sentences} of manifest.json`);
  return rows.map(([user, item, text, feature, rating, part]) => {
    const isPair = dataset.sequences[Number(user)]?.includes(Number(item)) ?? false;
    if (!isPair) throw damaged(`a sentence on user ${user} and item ${item}, which is no interaction`);
    return {
      user: Number(user),
      item: Number(item),
      text: String(text),
      feature: feature === null ? undefined : String(feature),
      rating: rating === null ? undefined : Number(rating),
      part: SENTENCE_PARTS.find((name) => name === part),
    };
  });
}

/** Those of a dataset's sentences whose pair `to` still holds; undefined where it has none. */
export async function carriedExplanations(
  from: Dataset,
  to: Pick<RawShop, "users" | "items" | "sequences">,
): Promise<ExplanationsToWrite | undefined> {
  const stored = await storedSentences(from);
  if (stored === undefined) return undefined;
  const users = new Map(to.users.map((id, place) => [id, place]));
  const items = new Map(to.items.map(({ itemId }, place) => [itemId, place]));
  const sentences = stored.flatMap((sentence) => {
    const user = users.get(from.users[sentence.user]!);
    const item = items.get(from.items[sentence.item]!.itemId);
    if (user === undefined || item === undefined || !to.sequences[user]!.includes(item)) return [];
    return [{ ...sentence, user, item }];
  });
  const { files, leftOut } = from.manifest.explanations!;
  return { sentences, files, leftOut };
}

/** The dataset's sentences; undefined where it was imported without any. @throws InputError for a damaged table. */
export async function loadReviews(dataset: Dataset): Promise<SentenceSource | undefined> {
  const sentences = await storedSentences(dataset);
  if (sentences === undefined) return undefined;
  const { hash, parts } = dataset.manifest.explanations!;
  const byUser: Map<number, Sentence>[] = dataset.users.map(() => new Map());
  for (const { user, item, text, feature } of sentences) byUser[user]!.set(item, { text, feature });
  const features = new Set(sentences.flatMap(({ feature }) => (feature === undefined ? [] : [feature])));
  const of = (user: number, item: number) => byUser[user]?.get(item);
  return { kind: "reviews", hash, of, features, parts: parts && partLists(sentences, dataset.users.length) };
}

function partLists(sentences: readonly ShopSentence[], nUsers: number): NonNullable<SentenceSource["parts"]> {
  const listsOf = (name: SentencePart) => {
    const lists: number[][] = Array.from({ length: nUsers }, () => []);
    for (const { user, item, part } of sentences) if (part === name) lists[user]!.push(item);
    return lists.map((items) => Int32Array.from(items));
  };
  return { train: listsOf("train"), valid: listsOf("valid"), test: listsOf("test") };
}
