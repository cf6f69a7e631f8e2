// Items that are like an item: by what the run's model knows items by, by who bought both, or by their texts.
import { stopIf, UsageError } from "../../base/errors.ts";
import { cosines, type Matrix, row } from "../../base/matrix.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { TopK, topEntries } from "../../base/top-k.ts";
import { openEmbeddings } from "../../embedding/index.ts";
import { coOccurrenceWith } from "../../recommenders/yardsticks/index.ts";
import { type AnswerSpace, answerSpace } from "../../runs/answer-space.ts";
import { type ItemCard, itemCard } from "../../runs/item-card.ts";
import { ItemIds } from "../../runs/item-ids.ts";
import { type Staleness, tellStaleness } from "../../runs/later-version.ts";
import type { OpenRun } from "../../runs/run.ts";
import { openRunEmbeddings, trainedDataset } from "../../runs/run-embeddings.ts";
import { withRun } from "../../runs/with-run.ts";
import { type Similarity, similarSettings } from "./settings.ts";

export interface SimilarOptions extends Given<typeof similarSettings> {
  /** Items that are never listed, by index. */
  readonly except?: ReadonlySet<number> | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SimilarItem {
  readonly rank: number;
  readonly item: ItemCard;
  /** From -1 to 1; comparable within one list only. */
  readonly score: number;
}

export interface Similar {
  readonly item: ItemCard;
  readonly by: Similarity;
  /** What was compared, in words. */
  readonly scores: string;
  /** What could be answered, in words. */
  readonly answerSpace: string;
  /** Present where the run was asked about a later version of its data. */
  readonly stale?: Staleness | undefined;
  /** Best first; items of which nothing is known in common are not among them. */
  readonly similar: readonly SimilarItem[];
}

/** How alike an item is to all others, by their index. */
interface Comparison {
  readonly by: Similarity;
  readonly words: string;
  readonly scores: (item: number) => ArrayLike<number>;
}

/**
 * The items most like each of `item`, of a run by its directory or opened.
 * @throws UsageError for an unknown item, or vectors that the run does not have; and as `openRun`.
 */
export async function similar(run: string | OpenRun, options: SimilarOptions): Promise<Similar[]> {
  const { report = silent, signal, except } = options;
  const settings = settingsOf("similar", similarSettings, options);
  return withRun(
    run,
    options,
    async (opened) => {
      tellStaleness(opened, report);
      const ids = new ItemIds(opened.dataset, opened.later?.newItems);
      const items = await ids.require(settings.item);
      const space = without(except, opened, await answerSpace(opened.dataset, ids, settings, report, signal));
      const comparison = await comparisonOf(opened, settings.by);
      stopIf(signal, "The search was stopped; it writes nothing. Run the same command again.");
      return Array.from(items, (item) => listOf(opened, comparison, space, item, settings.top));
    },
    { acceptsLater: true, addedItems: true },
  );
}

function without(except: ReadonlySet<number> = new Set(), { dataset }: OpenRun, space: AnswerSpace): AnswerSpace {
  if (except.size === 0) return space;
  const items = (space.items ?? Int32Array.from(dataset.items.keys())).filter((item) => !except.has(item));
  return { ...space, items, count: items.length };
}

async function comparisonOf(run: OpenRun, by: Similarity | undefined): Promise<Comparison> {
  const { vectors, name } = run.recommender;
  const chosen = by ?? (vectors === undefined ? "co-occurrence" : "model");
  if (chosen === "co-occurrence") {
    return {
      by: chosen,
      words: "share of buyers in common in training",
      scores: (item) => coOccurrenceWith(run.split, item),
    };
  }
  if (chosen === "texts") return { by: chosen, ...byVectors((await textsOf(run)).items, "texts") };
  if (vectors === undefined) {
    throw new UsageError(`--by model: ${name} has no vector an item. Leave --by out, or take --by co-occurrence.`);
  }
  return { by: chosen, ...byVectors(vectors.items, vectors.description) };
}

/** Of a run that reads no texts the usual ones, where there are some. */
async function textsOf(run: OpenRun) {
  const own = await openRunEmbeddings(run);
  if (own !== undefined) return own;
  const dataset = await trainedDataset(run);
  return openEmbeddings(dataset.directory, "lsa", dataset);
}

function byVectors(items: Matrix, description: string): Pick<Comparison, "words" | "scores"> {
  return {
    words: `cosine of the ${description}`,
    scores: (item) => cosines(row(items, item), items),
  };
}

function listOf(
  { dataset, later }: OpenRun,
  { by, words, scores }: Comparison,
  space: AnswerSpace,
  item: number,
  top: number,
): Similar {
  const known = scores(item);
  const best = new TopK(top);
  const count = space.items?.length ?? dataset.items.length;
  for (let at = 0; at < count; at++) {
    const other = space.items?.[at] ?? at;
    if (other !== item && known[other]! > 0) best.push(known[other]!, other);
  }
  const { size, keys, scores: found } = best.drain(topEntries(top));
  return {
    item: itemCard(dataset.items[item]!),
    by,
    scores: words,
    stale: later?.staleness,
    answerSpace: `all ${space.count} items${space.words === "" ? "" : ` ${space.words}`}`,
    similar: Array.from(keys.subarray(0, size), (other, i) => ({
      rank: i + 1,
      item: itemCard(dataset.items[other]!),
      score: found[i]!,
    })),
  };
}
