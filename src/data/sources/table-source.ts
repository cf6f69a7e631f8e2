// The contract between the files as they come and everything that reads them: named columns of texts, in record order.
import { internal } from "../../base/errors.ts";
import type { Scratch } from "../../base/scratch.ts";
import type { FormFacts } from "../understanding.ts";
import type { DialectOptions } from "./dialect-options.ts";

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
  /** No two are equal, nor but for case. */
  readonly columns: readonly string[];
  /** Columns whose cells the file declares to be lists divided by blanks (RecBole's token_seq). */
  readonly blankLists?: readonly string[] | undefined;
  /**
   * The file's columns by position, where they have one: the name as it is written there, and that in `columns`
   * (undefined where the column is left out). People may name a column by either, or by its number from 0.
   */
  readonly positions?: readonly { readonly written: string; readonly name: string | undefined }[] | undefined;
  /**
   * Columns of which one record has a list of values, each with the list that it comes from: `items.id` and
   * `items.price` are of one list, value by value.
   */
  readonly lists?: ReadonlyMap<string, string> | undefined;
  /** Columns that hold objects, by name, and the columns inside that can be named instead. */
  readonly nested?: ReadonlyMap<string, readonly string[]> | undefined;
  /**
   * Table function whose columns are all VARCHAR, lists among them; JSON and Parquet keep their types where `typed` is
   * asked for.
   */
  readonly sql: (typed?: boolean) => string;
  /** The same with these columns alone, and `lists` as VARCHAR[], or as the first value of each. */
  readonly listed?: ((columns: readonly string[], take: "all" | "first") => string) | undefined;
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
  /** Records that were left out as they do not fit the table, in file order; only where the user said so. */
  readonly omissions?: readonly Omission[] | undefined;
}

export interface Omission {
  /** The file. */
  readonly where: string;
  /** 1-based. */
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}

/**
 * The column that a person means: by its name in the table or in the file, else in another case where only one is so
 * named, else by its number from 0.
 */
export function columnNamed(source: Pick<TableSource, "columns" | "positions">, word: string): string | undefined {
  if (source.columns.includes(word)) return word;
  const positions = source.positions ?? source.columns.map((name) => ({ written: name, name }));
  const written = positions.find((column) => column.written === word && column.name !== undefined);
  if (written !== undefined) return written.name;
  const alike = source.columns.filter((name) => name.toLowerCase() === word.toLowerCase());
  if (alike.length === 1) return alike[0];
  return /^\d+$/.test(word) ? positions[Number(word)]?.name : undefined;
}

const MOST_NAMES = 20;

/** Names of columns for a message, the first of many. */
export function nameList(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return rest > 1 ? `${names.slice(0, MOST_NAMES).join(", ")} and ${rest} others` : names.join(", ");
}

/** Whether the columns have no names but their numbers: the file has no header line. */
export function isNumbered({ columns }: Pick<TableSource, "columns">): boolean {
  return columns.every((column, k) => column === String(k));
}

/** What to say of a table without a header where a column is not found; empty for others. */
export function headerWords(source: Pick<TableSource, "columns">): string {
  return isNumbered(source) ? " (the file has no header line; --columns user,item,... names its columns)" : "";
}

/** A path for a temporary copy. */
export async function copyPath({ scratch }: Pick<OpenOptions, "scratch">, name: string): Promise<string> {
  if (scratch === undefined) throw internal("a file was opened without a place for its copy");
  return scratch.path(name);
}

/** What every way of opening a table is given. */
export interface OpenOptions {
  readonly format: TableFormat;
  /** For files that cannot be read as they lie there; without it they are refused. */
  readonly scratch?: Scratch | undefined;
  /** What the user said about the form of this file. */
  readonly dialect?: DialectOptions | undefined;
  /** What messages call the file, where it is not its path. */
  readonly name?: string | undefined;
  /** Arrays of records inside of JSON files, keys joined by points; a file takes the one that it has. */
  readonly records?: readonly string[] | undefined;
  /** Ends readings. */
  readonly signal?: AbortSignal | undefined;
}
