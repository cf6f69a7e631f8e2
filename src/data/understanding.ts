// What an import or an inspection understood of the files: the record behind the card that the command line prints and
// behind `--json`. Each stage of reading fills in its own part. Plain values only, so that it can be stored; numbers
// are whole, never rounded.

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
  readonly format: "csv" | "tsv" | "recbole" | "jsonl" | "parquet" | "p5";
  /** Further words on the form, each one sentence: "tabs between cells", "no header line". */
  readonly notes: readonly string[];
  /** What may have been read otherwise than it was meant, each one sentence that says what to do. */
  readonly warnings?: readonly string[] | undefined;
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
  /** Distinct values of the whole column; where many, by an estimate that errs by a tenth at most. */
  readonly distinct?: number | undefined;
  readonly isEstimate?: boolean | undefined;
}

/** The moments of the interactions that were kept, before filters. */
export interface TimeFacts {
  /** ISO 8601, UTC; bare numbers where times are a mere order. */
  readonly first: string;
  readonly last: string;
  /** How times are written, and on which clocks, in words: "seconds since 1970", "none written, read as UTC". */
  readonly form: string;
  readonly zone: string;
  /** Interactions without a time. */
  readonly unknown: number;
  /** Interactions at the very time of another one of the same user: their order is that of the file. */
  readonly tied: number;
  /** Users whose records do not stand in the file oldest first; reading sorts them. */
  readonly sortedUsers: number;
}

/** What rows say of a liking. */
export interface FeedbackFacts {
  /** How ratings are written, where it is not plain: "decimal comma". */
  readonly form?: string | undefined;
  /** Kinds of events that count, with their rows; empty where there is no such column. */
  readonly events: readonly { readonly name: string; readonly count: number }[];
  /** Further rows of pairs that were kept. */
  readonly repeats: number;
  /** Pairs whose last word is no liking, and pairs that were given back in full; both are left out. */
  readonly withdrawn: number;
  readonly returned: number;
}

/** One side of the interactions, before filters. */
export interface IdFacts {
  readonly distinct: number;
  /** Who or what has most interactions. */
  readonly busiest?: { readonly id: string; readonly interactions: number } | undefined;
}

/** How a table that stands beside the interactions, of items or of users, meets them. */
export interface JoinFacts {
  readonly file: string;
  /** Column that holds the ids. */
  readonly idColumn: string;
  readonly rows: number;
  /** Rows whose id occurs among the interactions. */
  readonly joining: number;
  /** Items (users) of the interactions that have an entry, and the first few that have none. */
  readonly entries: number;
  readonly without: readonly string[];
  /** Ids that are not equal as written, by what was passed over: "upper and lower case". */
  readonly alike: readonly { readonly words: string; readonly count: number; readonly example: string }[];
  /** Ids of the file without interactions: new items. They are left out of the dataset but for those `kept`. */
  readonly unsold: {
    readonly count: number;
    readonly examples: readonly string[];
    readonly kept?: number | undefined;
  };
  /** Ids with more than one row, and how many of them contradict each other. */
  readonly repeated: { readonly count: number; readonly contradicting: number };
}

/** How a catalogue meets the interactions. */
export interface CatalogueFacts extends JoinFacts {
  /** Items of the interactions, and how many of them have each fact. */
  readonly items: number;
  readonly with: Readonly<Record<"title" | "brand" | "price" | "categories" | "description", number>>;
  /** How cells are read where that was decided: { categories: 'divided at "|"', price: "decimal comma" }. */
  readonly words: Readonly<Record<string, string>>;
  /** Columns that the dataset does not take. */
  readonly unused: readonly string[];
  /** A column that marks items as not to be shown, and how many of the interactions' items it marks. */
  readonly hidden?:
    | { readonly column: string; readonly count: number; readonly examples: readonly string[] }
    | undefined;
}

/** How a file of users meets the interactions. */
export interface UserFileFacts extends JoinFacts {
  /** Users of the interactions. */
  readonly users: number;
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
  readonly feedback?: FeedbackFacts | undefined;
  readonly users?: IdFacts | undefined;
  readonly items?: IdFacts | undefined;
  readonly catalogue?: CatalogueFacts | undefined;
  readonly userFile?: UserFileFacts | undefined;
  readonly filters?: FilterFacts | undefined;
  /** What may have been misread, or cost more than expected; each one sentence. */
  readonly warnings: readonly string[];
}
