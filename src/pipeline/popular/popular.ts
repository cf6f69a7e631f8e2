// What sells: by all that the dataset holds, and by what was bought lately.
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { TopK, topEntries } from "../../base/top-k.ts";
import { type Dataset, fileTable, openDataset, readRows, withDatabase } from "../../data/index.ts";
import { answerSpace, type Filters } from "../../runs/answer-space.ts";
import { type ItemCard, itemCard } from "../../runs/item-card.ts";
import { ItemIds } from "../../runs/item-ids.ts";
import { isRun, readRunConfig } from "../../runs/run.ts";
import { openRunDataset } from "../../runs/run-dataset.ts";
import { popularSettings, trendingSettings } from "./settings.ts";

interface Hearing {
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PopularOptions extends Given<typeof popularSettings>, Hearing {}
export interface TrendingOptions extends Given<typeof trendingSettings>, Hearing {}

export interface PopularItem {
  readonly rank: number;
  readonly item: ItemCard;
  readonly score: number;
}

export interface Popular {
  /** Directory of the dataset. */
  readonly dataset: string;
  /** What the scores are, in words. */
  readonly scores: string;
  /** What could be answered, in words. */
  readonly answerSpace: string;
  /** Best first. */
  readonly items: readonly PopularItem[];
}

const DAY_SECONDS = 86_400;

/**
 * Best sellers of a dataset, or of the dataset of a run: users who have an item, held-out items included.
 * @throws UsageError for filters that leave nothing; and as `openDataset`.
 */
export async function popular(place: string, options: PopularOptions = {}): Promise<Popular> {
  const settings = settingsOf("popular", popularSettings, options);
  const dataset = await datasetAt(place, settings.dataset);
  const counts = new Float64Array(dataset.items.length);
  for (const sequence of dataset.sequences) for (const item of sequence) counts[item]!++;
  return ranked(dataset, counts, `users who have it, of ${dataset.users.length}`, { ...settings, ...options });
}

/**
 * What sells lately: each interaction counts the less the older it is.
 * @throws InputError for a dataset without times; and as `popular`.
 */
export async function trending(place: string, options: TrendingOptions = {}): Promise<Popular> {
  const settings = settingsOf("trending", trendingSettings, options);
  const dataset = await datasetAt(place, settings.dataset);
  const { sums, newest } = await decayedSums(dataset, settings.halfLife);
  const words = `interactions, each halved for every ${settings.halfLife} days before ${newest}`;
  return ranked(dataset, sums, words, { ...settings, ...options });
}

async function datasetAt(place: string, named: string | undefined): Promise<Dataset> {
  if (!(await isRun(place))) return openDataset(place);
  return openRunDataset(place, (await readRunConfig(place)).dataset, named);
}

async function decayedSums(
  { directory, items }: Dataset,
  halfLifeDays: number,
): Promise<{ readonly sums: Float64Array; readonly newest: string }> {
  const file = join(directory, "interactions.parquet");
  const table = fileTable("read_parquet", file);
  const rows = await withDatabase(async (database) => {
    const columns = (await readRows(database, `DESCRIBE SELECT * FROM ${table}`)).map(([name]) => name);
    if (!columns.includes("timestamp")) return [];
    const decay = `pow(0.5, (newest - "timestamp") / ${halfLifeDays * DAY_SECONDS})`;
    return readRows(
      database,
      `SELECT itemId, sum(${decay})::DOUBLE, max(newest)::DOUBLE FROM ${table},
       (SELECT max("timestamp") AS newest FROM ${table}) WHERE "timestamp" IS NOT NULL GROUP BY itemId`,
    );
  });
  if (rows.length === 0) {
    throw new InputError({
      where: file,
      found: "no times",
      expected: "the time of each interaction",
      todo: "Import with --timestamp COL, or take isrf popular, which needs none.",
    });
  }
  const indices = new Map(items.map(({ itemId }, index) => [itemId, index]));
  const sums = new Float64Array(items.length);
  for (const [itemId, sum] of rows) sums[indices.get(String(itemId))!] = Number(sum);
  return { sums, newest: new Date(Number(rows[0]![2]) * 1000).toISOString().slice(0, 10) };
}

async function ranked(
  dataset: Dataset,
  scores: Float64Array,
  words: string,
  { top = 10, report = silent, signal, ...filters }: Filters & Hearing & { readonly top?: number | undefined },
): Promise<Popular> {
  const space = await answerSpace(dataset, new ItemIds(dataset), filters, report, signal);
  const best = new TopK(top);
  for (const item of space.items ?? dataset.items.keys()) if (scores[item]! > 0) best.push(scores[item]!, item);
  const { size, keys, scores: found } = best.drain(topEntries(top));
  return {
    dataset: dataset.directory,
    scores: words,
    answerSpace: `all ${space.count} items${space.words === "" ? "" : ` ${space.words}`}`,
    items: Array.from(keys.subarray(0, size), (item, i) => ({
      rank: i + 1,
      item: itemCard(dataset.items[item]!),
      score: found[i]!,
    })),
  };
}
