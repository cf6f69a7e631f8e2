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
  // Under names of our own: a column of the file may be called n.
  const own = [`${identifier(item)} AS i`, ...columns.map(([, name], k) => `${identifier(name)} AS c${k}`)];
  const cells = columns.map(([meaning, name], k) => {
    const pick = LATEST.has(meaning) ? "arg_max" : "arg_min";
    return `${pick}(t.c${k}, t.n) FILTER (t.c${k} <> '') AS ${identifier(name)}`;
  });
  await source.read(() =>
    execute(
      database,
      `CREATE OR REPLACE TABLE flat_facts AS SELECT ${[`t.i AS ${identifier(item)}`, ...cells].join(", ")}
       FROM (SELECT ${own.join(", ")}, row_number() OVER () AS n FROM ${source.sql()}) AS t
       WHERE t.i <> '' GROUP BY t.i ORDER BY min(t.n)`,
    ),
  );
  const names = [item, ...new Set(columns.map(([, name]) => name))];
  return derivedTable(database, [source], names, "flat_facts");
}
