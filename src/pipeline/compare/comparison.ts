// A comparison as a record: systems in rows, data sets times metrics in columns, one table per question. Full values;
// the formats beside this file round.
import type { SentenceKind } from "../../data/index.ts";
import type { AnyMetric, PairedTest } from "../../evaluation/index.ts";
import type { SystemKind } from "../evaluate/evaluation-record.ts";

export interface ComparedRun {
  readonly directory: string;
  readonly system: string;
  readonly dataset: string;
  /** Of the training; absent for what was evaluated without one. */
  readonly seed?: number | undefined;
  /** Why this run may not stand beside the first one; empty when it may. */
  readonly differences: readonly string[];
}

/** One row: runs of one system with equal settings and different seeds. */
export interface ComparedSystem {
  readonly label: string;
  readonly kind: SystemKind;
  /** Reads the user's history beside the candidates in the direct task. */
  readonly usesHistory: boolean;
  /** Answers in a way that no paper has; absent: no, and in comparisons of before this was told. */
  readonly isOurs?: boolean | undefined;
  readonly seeds: readonly number[];
  /** What a fused system adds up. */
  readonly fusion?: string | undefined;
  /** Why it may not stand beside the reference; empty when it may. */
  readonly differences: readonly string[];
}

/**
 * `adjusted` is Holm's, over all tests of this kind in one question; in columns by how often training saw the item over
 * those of all of them.
 */
export interface CorrectedTest extends PairedTest {
  readonly adjusted: number;
}

/** This system minus the reference. */
export interface Tests {
  readonly tTest: CorrectedTest;
  readonly wilcoxon: CorrectedTest;
}

/** What a system cannot do of what is asked: it answers none of the people, or some not, or new items by chance. */
export type CellLimit = "no answer" | "some unanswered" | "cold items by chance";

export interface ComparedCell {
  readonly limit?: CellLimit | undefined;
  /** Mean over seeds. */
  readonly value: number;
  /** Sample standard deviation over seeds, for two or more. */
  readonly deviation?: number | undefined;
  /** One value per seed, from the lowest on. */
  readonly values: readonly number[];
  /** Of `values`, in their order: some of its row's `seeds`, or all. Absent without seeds, and in older comparisons. */
  readonly valueSeeds?: readonly number[] | undefined;
  /** 95 % interval over users; single runs only. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Over users, each user's value being the mean over seeds. */
  readonly users?: Tests | undefined;
  /** Over equal seeds, two or more of them. A system without a seed has the same value for each. */
  readonly seeds?: Tests | undefined;
}

/** Lead of the reference over the best of the others that were measured alike and are no fusions. */
export interface Gain {
  /** Position in `systems`. */
  readonly over: number;
  readonly absolute: number;
  /** Share of the other's value; absent where that is 0. */
  readonly relative?: number | undefined;
  /** Holm-adjusted p of the paired t-test over users, or over seeds where that is asked. */
  readonly pValue?: number | undefined;
}

export interface ComparedColumn {
  readonly dataset: string;
  readonly metric: AnyMetric;
  /** By position in `systems`; null where a system did not answer. */
  readonly cells: readonly (ComparedCell | null)[];
  /** Positions in `systems`, of those measured like the reference. */
  readonly best?: number | undefined;
  readonly second?: number | undefined;
  readonly gain?: Gain | undefined;
}

/**
 * Of users who are asked for an item that training saw so often. Without tests over users where no file of ranks tells
 * who they are, as those of earlier versions; without a gain where it is not tested.
 */
export interface ItemCountColumn extends ComparedColumn {
  /** Such as "1-4"; "0" are cold items. */
  readonly itemCount: string;
  readonly users: number;
}

export interface ComparedQuestion {
  /** `sequential`, `sequential-cold`, `direct-uniform` or `direct-popularity`. */
  readonly question: string;
  readonly columns: readonly ComparedColumn[];
  /** By data set, range and metric. Absent in older comparisons, and where no record tells ranges. */
  readonly byItemCount?: readonly ItemCountColumn[] | undefined;
}

/** What one run wrote. */
export interface ComparedSentences {
  /** Of its row. */
  readonly label: string;
  readonly dataset: string;
  readonly seed?: number | undefined;
  /** Who wrote the references, and the hash of what they are. */
  readonly source: SentenceKind;
  readonly hash?: string | undefined;
  readonly asks: string;
  readonly pairs: number;
  readonly beams: number;
  readonly leastTokens: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface Comparison {
  readonly format: 1;
  readonly kind: "comparison";
  readonly productVersion: string;
  readonly protocol: string;
  readonly split: string;
  /** What stars of gains are tested over; absent: users. */
  readonly testedOver?: "users" | "seeds" | undefined;
  readonly runs: readonly ComparedRun[];
  readonly systems: readonly ComparedSystem[];
  /** Position in `systems` of the one that all tests and gains are about. */
  readonly reference: number;
  readonly datasets: readonly { readonly name: string; readonly hash: string; readonly fingerprint: string }[];
  readonly questions: readonly ComparedQuestion[];
  /** What else readers of its tables should know. */
  readonly notes?: readonly string[] | undefined;
  /** Where runs were asked to write some. */
  readonly sentences?: readonly ComparedSentences[] | undefined;
}
