// The contract between the files as they come and everything that reads them: named columns of texts, in record order.
import type { FormFacts } from "../understanding.ts";

export const TABLE_FORMATS = ["auto", "amazon", "recbole", "csv", "tsv", "jsonl", "parquet"] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** Where a record stands, for messages. */
export interface Place {
  /** File, or file and row where the format has no lines. */
  readonly where: string;
  /** 1-based. */
  readonly line?: number | undefined;
}

export interface TableSource {
  /** What went in, in reading order; their hashes stand in the manifest. */
  readonly files: readonly string[];
  /** What messages call the table: the file as the user wrote it. */
  readonly name: string;
  readonly kind: "delimited" | "json" | "parquet";
  /** Format in the words of the command line, after sniffing. */
  readonly format: FormFacts["format"];
  readonly columns: readonly string[];
  /** Columns whose cells the file declares to be lists divided by blanks (RecBole's token_seq). */
  readonly blankLists?: readonly string[] | undefined;
  /** Table function whose columns are all VARCHAR; JSON and Parquet keep their types where `typed` is asked for. */
  readonly sql: (typed?: boolean) => string;
  /**
   * Run a query over the table.
   * @throws InputError with its place for a record that does not parse
   */
  readonly read: <T>(query: () => Promise<T>) => Promise<T>;
  /** Where the `ordinal`-th data record (from 0) stands: a second, slower reading. */
  readonly place: (ordinal: number) => Promise<Place>;
  /** Column types as DuckDB guesses them from the first rows, by column. */
  readonly types: () => Promise<ReadonlyMap<string, string>>;
  readonly form: FormFacts;
}

/** What every way of opening a table is given. */
export interface OpenOptions {
  readonly format: TableFormat;
  /** Ends readings. */
  readonly signal?: AbortSignal | undefined;
}
