// What training sees under a protocol. Trainers read the view and nothing else of the data, a run stores the view it
// was given, and the audit measures leaks on what was stored.
import { createHash } from "node:crypto";
import { Random } from "../../base/random.ts";
import { DATA_SEED } from "../../base/seeds.ts";
import { percent } from "../../base/written-numbers.ts";
import type { Dataset, Split } from "../dataset.ts";
import { explainedPairs, type SentenceSource } from "../explanations/sentence-source.ts";
import { leakedLists, type TrainingLists, trainingLists } from "../lists.ts";
import { type ItemNumbers, type Protocol, shareExplained } from "./protocol.ts";
import { simulateReviewSplit } from "./review-split.ts";

export interface TrainingView {
  readonly protocol: Protocol;
  /** Items by user, oldest first, of which segments and positives are made. */
  readonly prefixes: TrainingLists;
  /** Items by user that an edge of the interaction graph joins to the user. */
  readonly graph: TrainingLists;
  /** Beside `graph`: how much each edge weighs. Absent: all alike. */
  readonly weights?: readonly Float64Array[] | undefined;
  /** Items by user that are never drawn as the user's negatives. */
  readonly spared: TrainingLists;
  /** Items by user of which a sentence is learnt. Absent: no model learns sentences. */
  readonly explained?: TrainingLists | undefined;
  /** Number written for each item, by itemIndex, from 1. */
  readonly itemNumbers: Int32Array;
  /** How epochs without improvement are counted before training stops. */
  readonly patience: "consecutive" | "cumulative";
  /** In words, for records and tables. */
  readonly description: ViewDescription;
}

export interface ViewDescription {
  /** e.g. "training prefixes" or "review split, simulated (...)". */
  readonly graph: string;
  /** e.g. "outside the training prefix". */
  readonly negatives: string;
  /** e.g. "training prefix", "random" or "source". */
  readonly idScheme: string;
}

/** Seed of the simulated review split: one split for all models and runs. */
const REVIEW_SPLIT_SEED = DATA_SEED;

/** Seed of random item numbers: the same for all models and runs, so that their results stand side by side. */
const ITEM_NUMBERS_SEED = DATA_SEED;

/**
 * The view of `protocol` (docs/protocols.md, "Side by side"). `strict` holds nothing of any user's last two items.
 * @param reviews what people wrote, where the dataset has it: under `paper` their pairs are those of the graph
 */
export function trainingView(
  protocol: Protocol,
  dataset: Pick<Dataset, "sequences" | "items">,
  split: Split,
  itemNumbers: ItemNumbers = "prefix",
  reviews?: SentenceSource,
): TrainingView {
  switch (protocol) {
    case "strict":
      return itemNumbers === "random" ? withRandomNumbers(strictView(split)) : strictView(split);
    case "paper":
      return paperView(dataset, split, reviews);
    default:
      return protocol satisfies never;
  }
}

/** Training prefixes and nothing else. */
export function strictView(split: Split): TrainingView {
  return {
    protocol: "strict",
    patience: "consecutive",
    prefixes: split.prefixes,
    graph: split.prefixes,
    weights: split.weights,
    spared: split.prefixes,
    itemNumbers: Int32Array.from({ length: split.nItems }, (_, item) => item + 1),
    description: {
      graph: "training prefixes",
      negatives: "outside the training prefix",
      idScheme: "training prefix",
    },
  };
}

function withRandomNumbers(view: TrainingView): TrainingView {
  const itemNumbers = Random.of(ITEM_NUMBERS_SEED, "item numbers").shuffle(view.itemNumbers.slice());
  return { ...view, itemNumbers, description: { ...view.description, idScheme: "random" } };
}

function paperView(
  { sequences, items }: Pick<Dataset, "sequences" | "items">,
  split: Split,
  reviews: SentenceSource | undefined,
): TrainingView {
  const { graph, description } = reviewedPairs(sequences, split, reviews);
  return {
    protocol: "paper",
    patience: "cumulative",
    prefixes: split.prefixes,
    graph,
    spared: leakedLists(sequences),
    itemNumbers: rankedFromOne(items.map(({ sourceNumber }) => sourceNumber)),
    description: { graph: description, negatives: "outside the full list", idScheme: "source" },
  };
}

/** As far as the review file tells; what it does not tell is simulated. */
function reviewedPairs(
  sequences: Dataset["sequences"],
  { nUsers, nItems }: Split,
  reviews: SentenceSource | undefined,
): { readonly graph: TrainingLists; readonly description: string } {
  if (reviews?.parts !== undefined) {
    return { graph: trainingLists([...reviews.parts.train]), description: "review split of the file" };
  }
  const seed = REVIEW_SPLIT_SEED;
  if (reviews !== undefined) {
    const drawn = trainingLists(simulateReviewSplit(sequences, nItems, { seed, explained: 1 }));
    const description = `review split, simulated (80 % of all pairs at random, those with a sentence, seed ${seed})`;
    return { graph: explainedPairs(drawn, reviews), description };
  }
  const explained = shareExplained(nUsers, nItems);
  return {
    graph: trainingLists(simulateReviewSplit(sequences, nItems, { seed, explained })),
    description: `review split, simulated (80 % of all pairs at random, ${percent(explained, 1)} of them explained, seed ${seed})`,
  };
}

/** Source numbers may have gaps, or begin at 0: their order is what tells. */
function rankedFromOne(numbers: readonly number[]): Int32Array {
  const order = numbers.map((_, item) => item).sort((a, b) => numbers[a]! - numbers[b]!);
  const ranks = new Int32Array(numbers.length);
  order.forEach((item, rank) => {
    ranks[item] = rank + 1;
  });
  return ranks;
}

/** SHA-256 over all interactions that training sees; of which there are sentences as well is told apart. */
export function viewHash({ prefixes, graph, weights = [], spared, itemNumbers }: TrainingView): string {
  const hash = createHash("sha256");
  for (const lists of [prefixes, graph, spared]) for (const items of lists) hash.update(`${items.join(" ")}\n`);
  for (const list of weights) hash.update(`${list.join(" ")}\n`);
  return hash.update(itemNumbers.join(" ")).digest("hex");
}
