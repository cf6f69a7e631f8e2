// The dataset contract: what every later stage may know of a shop. Records and typed arrays, nothing else.
// Dense indices are made once, at import: `itemIndex` and `userIndex` are row numbers of `items` and `users`.
import type { ExplanationFacts } from "./explanations/explanation-facts.ts";
import type { TrainingLists, WholeSequences } from "./lists.ts";
import type { DatasetSplit } from "./splits/dataset-split.ts";

/** One catalogue entry. A missing field is absent, never null or empty. */
export interface Item {
  /** What the shop calls it. */
  readonly itemId: string;
  readonly title?: string | undefined;
  readonly brand?: string | undefined;
  /** In the shop's currency. */
  readonly price?: number | undefined;
  /** Widest first. */
  readonly categories?: readonly string[] | undefined;
  readonly description?: string | undefined;
  /** Further "name: value" facts, e.g. opaque attribute ids or keyword phrases. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /**
   * The number the source file gave the item (P5 directories), else its first-appearance number; `paper` protocol only.
   */
  readonly sourceNumber: number;
}

export interface DatasetManifest {
  readonly format: 1;
  readonly kind: "dataset";
  readonly name: string;
  readonly productVersion: string;
  /** Domain noun used in prompts, e.g. "beauty product". */
  readonly domain: string;
  readonly inputs: readonly { readonly file: string; readonly sha256: string }[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly counts: DatasetCounts;
  /** Versions that `isrf data append` went on from, newest first. */
  readonly lineage?: readonly DatasetVersion[] | undefined;
  /** What `isrf data split` made of another dataset; its evaluation asks other questions than the last items. */
  readonly split?: DatasetSplit | undefined;
  /** Sentences of review files on its pairs, where some were given; `loadReviews` reads them. */
  readonly explanations?: ExplanationFacts | undefined;
}

export interface DatasetCounts {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
}

/** An earlier version of a dataset. */
export interface DatasetVersion {
  readonly name: string;
  readonly hash: string;
  readonly counts: DatasetCounts;
}

export interface Dataset {
  readonly directory: string;
  readonly manifest: DatasetManifest;
  /**
   * SHA-256 over users, items, sequences and, where there are some, weights and what was split off: changes when, and
   * only when, the data changes.
   */
  readonly hash: string;
  /** External ids by userIndex, in file order. */
  readonly users: readonly string[];
  /**
   * By itemIndex: numbered by first appearance in training prefixes, then held-out-only items in seeded random order.
   */
  readonly items: readonly Item[];
  /** Per user, item indices oldest first; no repeats, at least 3 entries (split by time: 2). */
  readonly sequences: WholeSequences;
  /** Beside `sequences`: how much each interaction weighs. Absent: all alike. */
  readonly weights?: readonly Float64Array[] | undefined;
}

/**
 * Leave-last-two: last item = test, second to last = validation, the rest = training. Split by time: last item =
 * validation, the rest = training, and no test item (-1), as those are in no sequence.
 */
export interface Split {
  readonly nUsers: number;
  readonly nItems: number;
  /** Training prefixes by user: all but the held-out items. */
  readonly prefixes: TrainingLists;
  /** Beside `prefixes`: how much each interaction weighs. Absent: all alike. */
  readonly weights?: readonly Float64Array[] | undefined;
  readonly valid: Int32Array;
  readonly test: Int32Array;
}

/** Which held-out item is asked for. */
export type SplitName = "valid" | "test";

/** How the 99 negatives of a direct-recommendation question were drawn. */
export type CandidateKind = "uniform" | "popularity";

/** 99 negatives per user, `negatives[u * 99 + j]`, all outside the user's full sequence and distinct. */
export interface Candidates {
  readonly kind: CandidateKind;
  readonly split: SplitName;
  readonly perUser: number;
  readonly negatives: Int32Array;
  readonly hash: string;
}
