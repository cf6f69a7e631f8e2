import { gini } from "../base/gini.ts";
import type { Dataset } from "./dataset.ts";
import { splitOf, trainingCounts } from "./split.ts";
import type { DatasetSplit } from "./splits/dataset-split.ts";

const ITEM_FIELDS = ["title", "brand", "price", "categories", "description", "attributes"] as const;

/** The figures of a dataset, unrounded. */
export interface DatasetStatistics {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** Share of user-item pairs that occur, in percent. */
  readonly densityPercent: number;
  readonly sequenceLength: {
    readonly min: number;
    readonly median: number;
    readonly mean: number;
    readonly max: number;
  };
  /** Users with exactly 5 and with more than 20 interactions. */
  readonly usersWith5: number;
  readonly usersWithOver20: number;
  /** Interactions per item over the whole data. */
  readonly interactionsPerItem: { readonly min: number; readonly mean: number; readonly max: number };
  /** User-item pairs left for training by leave-last-two. */
  readonly trainingEdges: number;
  /** Users whose held-out item occurs in nobody's training prefix. */
  readonly coldTestTargets: number;
  readonly coldValidTargets: number;
  /** Items with each field. */
  readonly itemsWithField: Readonly<Record<(typeof ITEM_FIELDS)[number], number>>;
  /** Gini coefficient of interactions per item: 0 = all alike, near 1 = a few items have all. */
  readonly popularityGini: number;
  /** Of a dataset that `isrf data split` made: what is asked of it, and what stands in no training. */
  readonly split?: DatasetSplit | undefined;
  /** Sentences of review files, where the dataset has any. */
  readonly explanations?: { readonly sentences: number; readonly withFeature: number } | undefined;
}

/**
 * Counts everything that published tables say of a data set, and more. @throws InputError for sequences shorter than 3.
 */
export function datasetStatistics(dataset: Dataset): DatasetStatistics {
  const lengths = dataset.sequences.map((sequence) => sequence.length).sort((a, b) => a - b);
  const interactions = lengths.reduce((sum, length) => sum + length, 0);
  const users = dataset.users.length;
  const items = dataset.items.length;
  const perItem = new Int32Array(items);
  for (const sequence of dataset.sequences) for (const item of sequence) perItem[item]!++;
  perItem.sort();
  const split = splitOf(dataset);
  const trained = trainingCounts(split);
  const cold = (targets: Int32Array) => targets.reduce((sum, item) => sum + (trained[item] === 0 ? 1 : 0), 0);
  return {
    users,
    items,
    interactions,
    densityPercent: (100 * interactions) / (users * items),
    sequenceLength: {
      min: lengths[0] ?? 0,
      median: median(lengths),
      mean: interactions / users,
      max: lengths.at(-1) ?? 0,
    },
    usersWith5: lengths.filter((length) => length === 5).length,
    usersWithOver20: lengths.filter((length) => length > 20).length,
    interactionsPerItem: { min: perItem[0] ?? 0, mean: interactions / items, max: perItem.at(-1) ?? 0 },
    trainingEdges: split.prefixes.reduce((sum, prefix) => sum + prefix.length, 0),
    coldTestTargets: cold(split.test),
    coldValidTargets: cold(split.valid),
    itemsWithField: countFields(dataset),
    popularityGini: gini(perItem),
    split: dataset.manifest.split,
    explanations: sentencesOf(dataset),
  };
}

function sentencesOf({ manifest }: Dataset): DatasetStatistics["explanations"] {
  if (manifest.explanations === undefined) return undefined;
  const { sentences, withFeature } = manifest.explanations;
  return { sentences, withFeature };
}

function countFields(dataset: Dataset): DatasetStatistics["itemsWithField"] {
  const counts = { title: 0, brand: 0, price: 0, categories: 0, description: 0, attributes: 0 };
  for (const item of dataset.items) for (const field of ITEM_FIELDS) if (item[field] !== undefined) counts[field]++;
  return counts;
}

/** Of an ascending list; the mean of the middle two for an even length, 0 for none. */
export function median(sorted: ArrayLike<number>): number {
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
