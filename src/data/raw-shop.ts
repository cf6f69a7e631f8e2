// The contract of readers. What they deliver is the shop in its source order, before numbering; `import-dataset.ts`
// makes a dataset of it.
import type { Report } from "../base/progress.ts";
import type { Item } from "./dataset.ts";
import type { Omission } from "./sources/table-source.ts";
import type { Understanding } from "./understanding.ts";

export interface RawShop {
  /** External user ids in file order. */
  readonly users: readonly string[];
  /** The catalogue in source order; items of `sequences` point into it. */
  readonly items: readonly Item[];
  /** Per user, positions in `items`, oldest first. */
  readonly sequences: readonly Int32Array[];
  /** Seconds since 1970, beside `sequences`. */
  readonly timestamps?: readonly Float64Array[] | undefined;
  /** Beside `sequences`. */
  readonly ratings?: readonly Float64Array[] | undefined;
  /** Per user, positions in `items`: published negatives for the test question. */
  readonly negatives?: readonly Int32Array[] | undefined;
  /** Per user, positions in `items`: what they have, where that is more than their sequence. Never a negative. */
  readonly owned?: readonly Int32Array[] | undefined;
  /** Further facts per user, beside `users`; kept in the artifact, not used by training. */
  readonly userAttributes?: readonly Readonly<Record<string, string>>[] | undefined;
}

/** External ids by the numbers that further files of the same source use. */
export interface SourceNumbers {
  readonly users: ReadonlyMap<string, string>;
  readonly items: ReadonlyMap<string, string>;
}

/** A path, or what is known of a file that is there no more. */
export type InputFile = string | { readonly file: string; readonly sha256: string };

/** A pair that is not kept, though it can be read: what it says of a liking that is known from before. */
export interface TakenBack {
  readonly userId: string;
  readonly itemId: string;
  /** Of its last row, in seconds since 1970; NaN without times. */
  readonly time: number;
  /** Whether its last word is no liking. */
  readonly isWithdrawn: boolean;
  /** What its rows weigh together. */
  readonly weight: number;
}

/** What a reader hands over. */
export interface ReadShop {
  readonly shop: RawShop;
  /** Files that went in: their hashes stand in the manifest. */
  readonly files: readonly InputFile[];
  /** What the reader did that the manifest should tell, e.g. dropped repeats. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Pairs of user and item that were read and are no liking, where the reader was asked for them. */
  readonly takenBack?: readonly TakenBack[] | undefined;
  /** Records that do not fit their table and were left out, as the user asked; the dataset keeps a list of them. */
  readonly omissions?: readonly Omission[] | undefined;
  /** Where other files of the source call users and items by numbers that are not their ids. */
  readonly numbers?: SourceNumbers | undefined;
  /** How the files were understood, where the reader tells. */
  readonly understanding?: Understanding | undefined;
}

/** Reads one format. @throws InputError with file and line for what does not fit it. */
export type Reader = (report: Report) => Promise<ReadShop>;
