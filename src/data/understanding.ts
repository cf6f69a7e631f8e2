// What an import or an inspection understood of the files: the record behind the card that the command line prints, and
// behind `--json`. Each stage of reading fills in its own part. Plain values only, so that it can be stored; numbers are
// whole, never rounded.

/** Records that were left out for one reason. */
export interface LeftOut {
  /** "no user id", "a rating under 3", ... */
  readonly reason: string;
  readonly count: number;
  /** The first few: where they stand and what they hold. */
  readonly examples: readonly { readonly place: string; readonly text: string }[];
}

/** How the bytes were read. */
export interface FormFacts {
  readonly format: "csv" | "tsv" | "recbole" | "jsonl" | "parquet";
  /** Further words on the form, each one sentence: "tabs between cells", "no header line". */
  readonly notes: readonly string[];
}

/** What one column was taken for. */
export interface ColumnFacts {
  readonly name: string;
  /** SQL type that its first cells suggest. */
  readonly type: string;
  readonly meaning?: string | undefined;
  /** Where the meaning comes from: an option, its name, or its cells. */
  readonly by?: "option" | "name" | "cells" | undefined;
  /** How sure a recognised meaning is, from 0 to 1; an option is 1. */
  readonly sure?: number | undefined;
  /** Of the whole column. */
  readonly empty?: number | undefined;
  /** Distinct values of the whole column, by an estimate that errs by a few percent. */
  readonly distinct?: number | undefined;
}

/** The moments of the interactions that were kept, before filters. */
export interface TimeFacts {
  /** ISO 8601, UTC. */
  readonly first: string;
  readonly last: string;
  /** Interactions without a time. */
  readonly unknown: number;
  /** Interactions at the very time of another one of the same user: their order is that of the file. */
  readonly tied: number;
  /** Users whose records do not stand in the file oldest first; reading sorts them. */
  readonly sortedUsers: number;
}

/** One side of the interactions, before filters. */
export interface IdFacts {
  readonly distinct: number;
  /** Who or what has most interactions. */
  readonly busiest?: { readonly id: string; readonly interactions: number } | undefined;
}

/** How a catalogue meets the interactions. */
export interface CatalogueFacts {
  /** The file; the interactions file itself where the facts stand beside each interaction. */
  readonly file: string;
  readonly rows: number;
  /** Rows whose id occurs among the interactions. */
  readonly joining: number;
  /** Items of the interactions, and how many of them have each fact. */
  readonly items: number;
  readonly with: Readonly<Record<"title" | "brand" | "price" | "categories" | "description", number>>;
}

/** What the filters take away. */
export interface FilterFacts {
  readonly kCore: number;
  readonly minLength: number;
  /** Whether nobody set them. */
  readonly areDefaults: boolean;
  readonly before: ShopCounts;
  readonly after: ShopCounts;
}

export interface ShopCounts {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
}

export interface Understanding {
  readonly form: FormFacts;
  readonly columns: readonly ColumnFacts[];
  readonly rows: { readonly read: number; readonly kept: number; readonly leftOut: readonly LeftOut[] };
  readonly times?: TimeFacts | undefined;
  readonly users?: IdFacts | undefined;
  readonly items?: IdFacts | undefined;
  readonly catalogue?: CatalogueFacts | undefined;
  readonly filters?: FilterFacts | undefined;
  /** What may have been misread, or cost more than expected; each one sentence. */
  readonly warnings: readonly string[];
}
