import type { DuckDBConnection } from "@duckdb/node-api";
import type { InteractionColumns } from "../columns/interaction-columns.ts";
import type { Place, TableSource } from "../sources/table-source.ts";

/** The table `raw`, where its rows come from, and what its columns are called. */
export interface RawContext {
  readonly database: DuckDBConnection;
  readonly source: TableSource;
  readonly columns: InteractionColumns;
}

/** `orders.csv:3`, as messages say it. */
export function placeWords({ where, line }: Place): string {
  return line === undefined ? where : `${where}:${line}`;
}
