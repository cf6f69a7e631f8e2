// A catalogue in long form, one property a row (item_id, property, value), turned into one item a row.

import type { DuckDBConnection } from "@duckdb/node-api";
import { Doubt } from "../../base/doubt.ts";
import { InputError } from "../../base/errors.ts";
import { guessColumn } from "../columns/candidates.ts";
import { FACT_MEANINGS } from "../columns/flat-facts.ts";
import type { FactColumns } from "../columns/meanings.ts";
import { execute, identifier, literal, readRows } from "../duckdb.ts";
import { derivedTable } from "../sources/derived-table.ts";
import type { TableSource } from "../sources/table-source.ts";
import { timeCells } from "../values/times/time-cells.ts";
import { isUnknownTimeSql } from "../values/times/time-checks.ts";
import { readTimes } from "../values/times/time-column.ts";

const PROPERTY =
  /^(prop(erty)?|attr(ibute)?|feature|field|key|characteristic|eigenschaft|merkmal)([\s_.-]?(name|key|id))?$/i;
const VALUE = /^((prop(erty)?|attr(ibute)?|feature|field)[\s_.-]?)?(value|val|wert|valeur|valor)s?$/i;
/** More columns than these say that a row is an item after all. */
const MOST_COLUMNS = 6;
/** Properties that become columns; Retailrocket has over 1,000, nearly all hashed. */
const MOST_PROPERTIES = 100;

export interface LongForm {
  readonly table: TableSource;
  /** One sentence on what was done. */
  readonly warning: string;
}

/** `wanted` are properties that become columns in any case. Undefined where the table is not in long form. */
export async function pivotLongForm(
  database: DuckDBConnection,
  source: TableSource,
  id: string,
  wanted: readonly string[],
): Promise<LongForm | undefined> {
  const { columns } = source;
  if (columns.length > MOST_COLUMNS) return undefined;
  const property = columns.find((column) => column !== id && PROPERTY.test(column));
  const value = columns.find((column) => column !== id && VALUE.test(column));
  if (property === undefined || value === undefined) return undefined;
  const key = identifier(property);
  const found = await source.read(() =>
    readRows(
      database,
      `SELECT trim(${key}), count(*) FROM ${source.sql()} WHERE ${key} <> '' GROUP BY 1 ORDER BY 2 DESC, 1`,
    ),
  );
  const properties = found.map(([name]) => String(name));
  const recognised = FACT_MEANINGS.map((meaning) => recognise(meaning, properties)).filter(
    (name) => name !== undefined,
  );
  const first = [...recognised, ...wanted.filter((name) => properties.includes(name))];
  const kept = [...new Set([...first, ...properties])].slice(0, Math.max(MOST_PROPERTIES, first.length));
  const time = guessColumn(
    "timestamp",
    columns.filter((column) => ![id, property, value].includes(column)),
  );
  // Under names of our own: a column of the file may be called n.
  const own = { item: id, property, cell: value, moment: time };
  const named = Object.entries(own).flatMap(([name, column]) =>
    column === undefined ? [] : [`${identifier(column)} AS ${name}`],
  );
  const rows = `(SELECT ${named.join(", ")}, row_number() OVER () AS n FROM ${source.sql()})`;
  const times = time === undefined ? undefined : await readMoments(database, source, rows, time);
  // A property is called as it is known: "categoryid" is the category.
  const aliases = kept.map((name) => aliasOf(name, id, kept));
  const cells = kept.map(
    (name, k) =>
      `arg_max(t.cell, ${times?.value ?? "-t.n"}) FILTER (trim(t.property) = ${literal(name)}) AS ${identifier(aliases[k]!)}`,
  );
  await source.read(() =>
    execute(
      database,
      `CREATE OR REPLACE TABLE pivoted AS SELECT ${[`t.item AS ${identifier(id)}`, ...cells].join(", ")}
       FROM ${times?.table ?? rows} AS t GROUP BY t.item ORDER BY min(t.n)`,
    ),
  );
  const unread = time === undefined || times !== undefined ? "" : `, as no time could be read in "${time}"`;
  const counts = times === undefined ? `the first value counts${unread}` : "the latest value counts";
  const known =
    recognised.length > 0 ? `recognised: ${recognised.join(", ")}` : "none is recognised as a title, price or category";
  return {
    table: derivedTable(database, [source], [id, ...aliases], "pivoted"),
    warning: `${source.name}: the table is in long form, one property a row; its ${properties.length} properties were gathered by item (${known}); ${counts}.`,
  };
}

/** Properties name references: `categoryid` stands for the category. */
function recognise(meaning: keyof FactColumns, properties: readonly string[]): string | undefined {
  const found = guessColumn(meaning, properties);
  if (found !== undefined || meaning !== "categories") return found;
  return properties.find((name) => /^category[\s_.-]?id$/i.test(name));
}

function aliasOf(name: string, id: string, all: readonly string[]): string {
  if (/^category[\s_.-]?id$/i.test(name) && !all.includes("category")) return "category";
  const isTaken = (other: string) => other.toLowerCase() === name.toLowerCase() && other !== name;
  return name.toLowerCase() === id.toLowerCase() || all.some(isTaken) ? `${name} (property)` : name;
}

interface Moments {
  /** SQL table of the rows, and over a row of it a number that grows with time. */
  readonly table: string;
  readonly value: string;
}

/** Undefined where some cells are no times, or where a day and a month cannot be told apart. */
async function readMoments(
  database: DuckDBConnection,
  source: TableSource,
  rows: string,
  column: string,
): Promise<Moments | undefined> {
  const { name: where, place } = source;
  try {
    const table = await source.read(() => timeCells(database, rows, "moment"));
    const { value } = await source.read(() => readTimes({ database, table, column, where, place }, {}));
    const moment = `coalesce(${value}, -1e300)`;
    const [row] = await source.read(() =>
      readRows(database, `SELECT count(*) FILTER (${value} IS NULL AND NOT ${isUnknownTimeSql("x")}) FROM ${table}`),
    );
    return Number(row![0]) === 0 ? { table, value: moment } : undefined;
  } catch (error) {
    if (error instanceof Doubt || error instanceof InputError) return undefined;
    throw error;
  }
}
