// What the cells of a table of texts look like, column by column.
import type { DuckDBConnection } from "@duckdb/node-api";
import { identifier, readRows } from "../../duckdb.ts";

const ROWS = 20_000;
/** The first that all cells are. */
const TYPES: readonly (readonly [type: string, test: (cell: string) => string])[] = [
  ["BIGINT", (cell) => `TRY_CAST(${cell} AS BIGINT) IS NOT NULL AND NOT contains(${cell}, '.')`],
  ["DOUBLE", (cell) => `TRY_CAST(${cell} AS DOUBLE) IS NOT NULL`],
  ["DATE", (cell) => `TRY_CAST(${cell} AS DATE) IS NOT NULL AND length(${cell}) <= 10`],
  ["TIMESTAMP", (cell) => `TRY_CAST(${cell} AS TIMESTAMP) IS NOT NULL`],
  ["BOOLEAN", (cell) => `lower(${cell}) IN ('true', 'false')`],
];

/** From the first rows. */
export async function cellTypes(
  database: DuckDBConnection,
  columns: readonly string[],
  sql: string,
): Promise<ReadonlyMap<string, string>> {
  const counts = columns.flatMap((name) => {
    const cell = identifier(name);
    return [`count(${cell})`, ...TYPES.map(([, test]) => `count(*) FILTER (WHERE ${test(cell)})`)];
  });
  const [row] = await readRows(database, `SELECT ${counts.join(", ")} FROM (SELECT * FROM ${sql} LIMIT ${ROWS})`);
  const step = TYPES.length + 1;
  return new Map(
    columns.map((name, k) => {
      const [all, ...fitting] = row!.slice(k * step, (k + 1) * step).map(Number);
      const type = all === 0 ? undefined : TYPES[fitting.indexOf(all!)];
      return [name, type?.[0] ?? "VARCHAR"];
    }),
  );
}
