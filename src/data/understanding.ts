// What an import or an inspection understood of the files: the record behind the card that the command line prints, and
// behind `--json`. Each stage of reading fills in its own part. Plain values only, so that it can be stored.

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
}

export interface Understanding {
  readonly form: FormFacts;
  readonly columns: readonly ColumnFacts[];
  readonly rows: { readonly read: number; readonly kept: number; readonly leftOut: readonly LeftOut[] };
  /** What may have been misread, or cost more than expected; each one sentence. */
  readonly warnings: readonly string[];
}
