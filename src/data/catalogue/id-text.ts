import { identifier } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";

/** SQL: the ids in `column` of `source.sql(true)`, which is named `t`, as texts. */
export function idText(source: TableSource, column: string): string {
  // A JSON id comes with its quotes when typed as JSON; ->> '$' takes them off.
  return source.kind === "json" ? `(t.${identifier(column)} ->> '$')` : `t.${identifier(column)}::VARCHAR`;
}
