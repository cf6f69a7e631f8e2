// Which columns of the interactions table carry whom, what, when and how much.
import type { DuckDBConnection } from "@duckdb/node-api";
import { UsageError } from "../../base/errors.ts";
import type { TableSource } from "../sources/table-source.ts";
import type { ColumnFacts } from "../understanding.ts";
import { findColumn, guessColumn, requireColumn } from "./known-columns.ts";
import type { ColumnOptions, InteractionColumns, Meaning } from "./meanings.ts";

export type { ColumnOptions, InteractionColumns } from "./meanings.ts";

export interface Chosen<Columns> {
  readonly columns: Columns;
  /** All columns of the table, with what they were taken for. */
  readonly facts: readonly ColumnFacts[];
}

/** @throws UsageError for named columns that are absent, and where no user or no item is found. */
export async function chooseColumns(
  _database: DuckDBConnection,
  source: TableSource,
  options: ColumnOptions & { readonly minRating?: number | undefined },
): Promise<Chosen<InteractionColumns>> {
  const { name: file, columns } = source;
  const optional = (meaning: "timestamp" | "rating" | "event" | "quantity") => {
    const named = options[meaning];
    if (named === "none") return undefined;
    return named === undefined ? guessColumn(meaning, columns) : requireColumn(named, `--${meaning}`, columns, file);
  };
  const timestamp = optional("timestamp");
  const rating = optional("rating");
  if (options.minRating !== undefined && rating === undefined) {
    throw new UsageError(`--min-rating: ${file} has no recognised rating column. Name it with --rating.`);
  }
  const chosen: InteractionColumns = {
    user: findColumn("user", options.user, "--user", columns, file),
    item: findColumn("item", options.item, "--item", columns, file),
    timestamp,
    rating,
    event: optional("event"),
    quantity: optional("quantity"),
    facts: {},
  };
  return { columns: chosen, facts: factsOf(columns, chosen) };
}

function factsOf(columns: readonly string[], chosen: InteractionColumns): ColumnFacts[] {
  const meanings = new Map(Object.entries(chosen).map(([meaning, name]) => [name, meaning as Meaning]));
  return columns.map((name) => ({ name, type: "VARCHAR", meaning: meanings.get(name), by: "name" }));
}
