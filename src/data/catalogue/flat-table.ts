// Facts about items that stand beside each interaction, gathered into one row an item.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { FactColumns, InteractionColumns } from "../columns/meanings.ts";
import { execute, identifier, readRows } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";

/** What may differ between two sales of one item. */
const MAY_VARY: ReadonlySet<keyof FactColumns> = new Set(["price", "hidden"]);
/** Above this share of items, what differs between rows is a fact of the row: a review has a title too. */
const MOST_VARYING = 0.1;

export interface FlatTable {
  /** One row an item: the item column, and those facts that belong to items. */
  readonly table: TableSource;
  readonly facts: FactColumns;
  /** Each one sentence. */
  readonly warnings: readonly string[];
}

/** `named` are facts whose column is the user's word. Undefined where no column holds facts of items. */
export async function gatherFacts(
  database: DuckDBConnection,
  source: TableSource,
  { item, facts }: InteractionColumns,
  named: ReadonlySet<string>,
): Promise<FlatTable | undefined> {
  const columns = Object.entries(facts) as [keyof FactColumns, string | undefined][];
  const present = columns.filter((pair): pair is [keyof FactColumns, string] => pair[1] !== undefined);
  if (present.length === 0) return undefined;
  const gathered = present.flatMap(([meaning, name], k) => {
    const cell = identifier(name);
    const which = MAY_VARY.has(meaning) ? "arg_max" : "arg_min";
    const filled = `FILTER (${cell} <> '')`;
    return [`${which}(${cell}, n) ${filled} AS ${cell}`, `min(${cell}) ${filled} <> max(${cell}) ${filled} AS v${k}`];
  });
  const rows = `(SELECT *, row_number() OVER () AS n FROM ${source.sql()})`;
  await source.read(() =>
    execute(
      database,
      `CREATE OR REPLACE TABLE flat_facts AS SELECT ${[`${identifier(item)}`, ...gathered].join(", ")}, count(*) AS row_count
       FROM ${rows} WHERE ${identifier(item)} <> '' GROUP BY ${identifier(item)} ORDER BY min(n)`,
    ),
  );
  const varying = await shareVarying(database, present.length);
  const belongs = present.filter(
    ([meaning], k) => MAY_VARY.has(meaning) || named.has(meaning) || varying[k]! <= MOST_VARYING,
  );
  const warnings = present.flatMap(([meaning, name]) =>
    belongs.some(([other]) => other === meaning)
      ? []
      : [
          `${source.name}: "${name}" differs between the rows of most items, so it is not taken for the item's ${meaning}; --${meaning} ${name} says that it is.`,
        ],
  );
  if (belongs.length === 0)
    return { table: { ...source, columns: [item], sql: () => "flat_facts" }, facts: {}, warnings };
  return {
    table: {
      ...source,
      kind: "delimited",
      columns: [item, ...belongs.map(([, name]) => name)],
      sql: () => "flat_facts",
      read: (query) => query(),
    },
    facts: Object.fromEntries(belongs),
    warnings,
  };
}

/** By fact, the share of items with several rows whose rows differ. */
async function shareVarying(database: DuckDBConnection, count: number): Promise<number[]> {
  const shares = Array.from({ length: count }, (_, k) => `coalesce(avg(coalesce(v${k}, false)::INTEGER), 0)`).join(
    ", ",
  );
  const [row] = await readRows(database, `SELECT ${shares} FROM flat_facts WHERE row_count > 1`);
  return row!.map(Number);
}
