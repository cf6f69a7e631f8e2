// Item-kNN: what do items of the history have in common with others? No training beyond counting.
// Defaults: decay as in a short study on Beauty; 100 neighbours and shrink 10 are the usual ones and won on Beauty's
// validation items against no shrinkage (HR@10 .0876 to .0787); so did text weight .07 (.1005) against .02, .05 and
// .15.
import { UsageError } from "../../base/errors.ts";
import { stepsInTurns } from "../../base/in-turns.ts";
import type { Matrix, SparseRows } from "../../base/matrix.ts";
import type { Split } from "../../data/index.ts";
import type { UntrainedDefinition } from "../definition.ts";
import type { Recommender } from "../recommender.ts";
import { type KnownAfter, type Score, scoreOf } from "./known-scores.ts";
import { type CoOccurrenceOptions, coOccurrence, coOccurring, textNeighbours } from "./neighbours.ts";
import { scoreBased } from "./score-based.ts";

export const itemKnnDefinition = {
  kind: "untrained",
  role: "yardstick",
  name: "item-knn",
  title: "Item-kNN",
  citation:
    "Sarwar, Karypis, Konstan, Riedl. Item-based Collaborative Filtering Recommendation Algorithms. WWW 2001; cosine of co-occurrence with recency decay.",
  tasks: ["sequential", "direct"],
  usesHistory: true,
  create: ({ split, seed }) => itemKnnInTurns({ split, seed }),
} as const satisfies UntrainedDefinition;

export const textKnnDefinition = {
  kind: "untrained",
  role: "yardstick",
  name: "text-knn",
  title: "Text-kNN",
  citation: "The cosines of each item's nearest texts, with recency decay.",
  tasks: ["sequential", "direct"],
  usesHistory: true,
  needs: "itemEmbeddings",
  create: ({ itemEmbeddings, ...rest }) => textKnn({ ...rest, itemEmbeddings: itemEmbeddings! }),
} as const satisfies UntrainedDefinition;

export const itemKnnTextDefinition = {
  kind: "untrained",
  role: "yardstick",
  name: "item-knn-text",
  title: "Item-kNN with text neighbours",
  citation: "Item-kNN plus the cosine of item texts.",
  tasks: ["sequential", "direct"],
  usesHistory: true,
  needs: "itemEmbeddings",
  create: ({ itemEmbeddings, ...rest }) => itemKnnText({ ...rest, itemEmbeddings: itemEmbeddings! }),
} as const satisfies UntrainedDefinition;

/** Weight of an item of the history relative to the one after it. */
export const DECAY = 0.6;

export interface ItemKnnOptions {
  readonly split: Split;
  /** Default `DECAY`. */
  readonly decay?: number | undefined;
  /** Co-occurring neighbours kept per item. Default 100. */
  readonly neighbours?: number | undefined;
  /** Added to the cosine's denominator. Default 10. */
  readonly shrink?: number | undefined;
  /** Orders equally popular items behind the neighbours. Default 2023. */
  readonly seed?: number | undefined;
}

export interface TextKnnOptions extends ItemKnnOptions {
  /** Text vectors by itemIndex. [nItems, d] */
  readonly itemEmbeddings: Matrix;
  /** Text neighbours kept per item. Default 50. */
  readonly textNeighbours?: number | undefined;
  /** CPU threads of the search; default: one per core. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ItemKnnTextOptions extends TextKnnOptions {
  /** Weight of the text cosine beside the (shrunk) co-occurrence cosine. Default 0.07. */
  readonly textWeight?: number | undefined;
}

/** Sum over the history of training co-occurrence cosines, recent items counting more. */
export function itemKnn(options: ItemKnnOptions): Recommender {
  return itemKnnBy(options, coOccurrenceOf(options));
}

/** The same, counted while others work: of a large shop it takes a minute. */
async function itemKnnInTurns(options: ItemKnnOptions): Promise<Recommender> {
  return itemKnnBy(options, await stepsInTurns(coOccurring(options.split, shrunk(options))));
}

function itemKnnBy(options: ItemKnnOptions, similarities: SparseRows): Recommender {
  const describes = "similarity to the history by training co-occurrence";
  return knn(itemKnnDefinition.name, describes, options, [{ weight: 1, similarities }], false);
}

/** The cosines of each item's nearest texts alone. @throws UsageError when the vectors are not one per item. */
export async function textKnn(options: TextKnnOptions): Promise<Recommender> {
  const { name } = textKnnDefinition;
  const texts = await textNeighboursOf(name, options);
  return knn(name, "similarity to the history by texts", options, [{ weight: 1, similarities: texts }], true);
}

/** Item-kNN plus the cosines of nearest texts. @throws UsageError when the vectors are not one per item. */
export async function itemKnnText(options: ItemKnnTextOptions): Promise<Recommender> {
  const { name } = itemKnnTextDefinition;
  const texts = await textNeighboursOf(name, options);
  const sources = [
    { weight: 1, similarities: coOccurrenceOf(options) },
    { weight: options.textWeight ?? 0.07, similarities: texts },
  ];
  return knn(name, "similarity to the history by training co-occurrence and texts", options, sources, true);
}

async function textNeighboursOf(name: string, options: TextKnnOptions): Promise<SparseRows> {
  const { itemEmbeddings, textNeighbours: count = 50, split, threads, signal } = options;
  if (itemEmbeddings.rows !== split.nItems) {
    throw new UsageError(
      `${name}: ${itemEmbeddings.rows} text vectors, expected one for each of ${split.nItems} items.`,
    );
  }
  return textNeighbours(itemEmbeddings, count, { threads, signal });
}

interface Source {
  readonly weight: number;
  readonly similarities: SparseRows;
}

/** The score of item-kNN as a function, 0 where nothing is known. */
export function itemKnnScore(options: ItemKnnOptions): Score {
  const { split, decay = DECAY } = options;
  const sources = [{ weight: 1, similarities: coOccurrenceOf(options) }];
  return scoreOf(split.nItems, neighboursAfter(split.nItems, decay, sources));
}

function coOccurrenceOf(options: ItemKnnOptions): SparseRows {
  return coOccurrence(options.split, shrunk(options));
}

function shrunk({ neighbours = 100, shrink = 10 }: ItemKnnOptions): CoOccurrenceOptions {
  return { neighbours, shrink };
}

function knn(
  name: string,
  describes: string,
  options: ItemKnnOptions,
  sources: readonly Source[],
  readsTexts: boolean,
): Recommender {
  const { split, decay = DECAY, seed = 2023 } = options;
  const score = neighboursAfter(split.nItems, decay, sources);
  return scoreBased({ name, describes, split, seed, score, readsTexts });
}

/** score(j) = sum over the history, newest first, of decay^age * sum over sources of weight * similarity(h, j). */
function neighboursAfter(nItems: number, decay: number, sources: readonly Source[]): KnownAfter {
  const totals = new Float64Array(nItems);
  const [items, values] = [new Int32Array(nItems), new Float64Array(nItems)];
  return (history) => {
    let [size, weight] = [0, 1];
    for (let at = history.length - 1; at >= 0; at--, weight *= decay) {
      for (const { similarities, weight: own } of sources) {
        const { offsets, indices, values: cosines } = similarities;
        const end = offsets[history[at]! + 1]!;
        for (let k = offsets[history[at]!]!; k < end; k++) {
          const value = weight * own * cosines[k]!;
          if (value === 0) continue;
          const item = indices[k]!;
          if (totals[item] === 0) items[size++] = item;
          totals[item]! += value;
        }
      }
    }
    for (let i = 0; i < size; i++) {
      values[i] = totals[items[i]!]!;
      totals[items[i]!] = 0;
    }
    return { items, values, size };
  };
}
