// Catalogues with a row a variant that write what all variants share in the first row alone, as a shop's export does:
// `lamp,Lamp,Acme,P200,9.90` and below it `lamp,,,P201,10.90`.
import type { DuckDBConnection } from "@duckdb/node-api";
import { execute, identifier, literal, readRows } from "../duckdb.ts";
import { derivedTable } from "../sources/derived-table.ts";
import type { TableSource } from "../sources/table-source.ts";

export interface VariantRows {
  readonly table: TableSource;
  /** One sentence on what was done. */
  readonly warning: string;
}

/**
 * Fill rows without a title from the first row of their group: what all of them lack. Undefined where no column tells
 * groups apart: in one that does, rows of a value follow each other, and the first has the one title of all.
 */
export async function fillVariantRows(
  database: DuckDBConnection,
  source: TableSource,
  { id, title }: { readonly id: string; readonly title?: string | undefined },
): Promise<VariantRows | undefined> {
  if (title === undefined || !source.columns.includes(title) || source.kind !== "delimited") return undefined;
  const others = source.columns.filter((column) => column !== id && column !== title);
  const isLater = `NOT ${isSaid(title)}`;
  const [row] = await source.read(() =>
    readRows(
      database,
      `SELECT count(*) FILTER (${isLater}), ${others.map((name) => `count(*) FILTER (${isLater} AND ${isSaid(name)})`).join(", ")}
       FROM ${source.sql()}`,
    ),
  );
  const [later, ...filled] = row!.map(Number) as [number, ...number[]];
  if (later === 0) return undefined;
  const shared = [title, ...others.filter((_, k) => filled[k] === 0)];
  const group = await groupOf(
    database,
    source,
    title,
    others.filter((_, k) => filled[k] === later),
  );
  if (group === undefined || shared.length < 2) return undefined;
  // Under names of our own: a column of the file may be called n.
  const own = source.columns.map((name, k) => `${identifier(name)} AS c${k}`);
  const first = `OVER (PARTITION BY t.c${source.columns.indexOf(group)} ORDER BY t.n)`;
  const cells = source.columns.map((name, k) => {
    const cell = `t.c${k}`;
    const filled = `coalesce(nullif(trim(${cell}), ''), first_value(${cell}) ${first})`;
    return `${shared.includes(name) ? filled : cell} AS ${identifier(name)}`;
  });
  const rows = `(SELECT ${own.join(", ")}, row_number() OVER () AS n FROM ${source.sql()}) AS t`;
  await source.read(() =>
    execute(database, `CREATE OR REPLACE TABLE variants AS SELECT ${cells.join(", ")} FROM ${rows} ORDER BY t.n`),
  );
  const names = shared.slice(0, 4).map((name) => `"${name}"`);
  return {
    table: derivedTable(database, [source], source.columns, "variants"),
    warning: `${source.name}: ${later} rows without a "${title}" took ${names.join(", ")}${shared.length > 4 ? " and others" : ""} from the first row with the same "${group}".`,
  };
}

async function groupOf(
  database: DuckDBConnection,
  source: TableSource,
  title: string,
  columns: readonly string[],
): Promise<string | undefined> {
  for (const column of columns) {
    const key = identifier(column);
    const [row] = await source.read(() =>
      readRows(
        database,
        `SELECT count(*) FILTER (size > 1), bool_and(titles = 1 AND is_first AND latest - earliest + 1 = size) FROM (
           SELECT count(*) AS size, min(n) AS earliest, max(n) AS latest, count(DISTINCT nullif(trim(x), '')) AS titles,
             coalesce(trim(arg_min(coalesce(x, ''), n)), '') <> '' AS is_first
           FROM (SELECT ${key} AS k, ${identifier(title)} AS x, row_number() OVER () AS n FROM ${source.sql()})
           WHERE trim(k) <> '' GROUP BY k)`,
      ),
    );
    if (Number(row![0]) >= 2 && row![1] === true) return column;
  }
  return undefined;
}

function isSaid(column: string): string {
  return `coalesce(trim(${identifier(column)}), ${literal("")}) <> ''`;
}
