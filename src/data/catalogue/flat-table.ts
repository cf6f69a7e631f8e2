// Facts about items that stand beside each interaction, gathered into one row an item.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { FactColumns, InteractionColumns } from "../columns/meanings.ts";
import { execute, identifier } from "../duckdb.ts";
import { derivedTable } from "../sources/derived-table.ts";
import type { TableSource } from "../sources/table-source.ts";

/** What changes with time: the last row counts. Of all else the first one. */
const LATEST: ReadonlySet<string> = new Set<keyof FactColumns>(["price", "hidden"]);

/** Item column and facts, one row an item; undefined where no column holds facts of items. */
export async function gatherFacts(
  database: DuckDBConnection,
  source: TableSource,
  { item, facts }: InteractionColumns,
): Promise<TableSource | undefined> {
  const columns = Object.entries(facts).filter((pair): pair is [string, string] => pair[1] !== undefined);
  if (columns.length === 0) return undefined;
  const cells = columns.map(([meaning, name]) => {
    const cell = identifier(name);
    return `${LATEST.has(meaning) ? "arg_max" : "arg_min"}(${cell}, n) FILTER (${cell} <> '') AS ${cell}`;
  });
  const id = identifier(item);
  await source.read(() =>
    execute(
      database,
      `CREATE OR REPLACE TABLE flat_facts AS SELECT ${[id, ...cells].join(", ")}
       FROM (SELECT *, row_number() OVER () AS n FROM ${source.sql()}) WHERE ${id} <> '' GROUP BY ${id} ORDER BY min(n)`,
    ),
  );
  const names = [item, ...new Set(columns.map(([, name]) => name))];
  return derivedTable(database, [source], names, "flat_facts");
}
