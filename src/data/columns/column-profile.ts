// What the cells of each column look like, over the whole table: one pass, one row of figures a column.
import type { DuckDBConnection } from "@duckdb/node-api";
import { identifier, literal, readRows } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";

export interface ColumnProfile {
  readonly name: string;
  readonly rows: number;
  /** Cells that say something. */
  readonly filled: number;
  /** Distinct values: exact up to a thousand or so, then an estimate that errs by a tenth at most. */
  readonly distinct: number;
  readonly isEstimate: boolean;
  readonly numbers: number;
  /** Numbers without a fraction. */
  readonly whole: number;
  readonly least: number | undefined;
  readonly greatest: number | undefined;
  /** Texts that read as a date, with a time of day or without. */
  readonly dates: number;
  /** Texts such as 14:05 and 14:05:59. */
  readonly clocks: number;
  readonly emails: number;
  /** Texts with a colon in them: a time of day, for dates. */
  readonly colons: number;
  /** Texts such as 4,5: numbers with a decimal comma, or lists of two. */
  readonly commas: number;
  /** Mean length of a cell that says something. */
  readonly meanLength: number;
}

/** Cells that say that there is no value. */
const NOTHING = ["", "null", "\\n", "na", "n/a", "nan", "none", "<na>", "nil", "undefined"];
const DATE =
  "^(\\d{4}[-/.年]\\d{1,2}|\\d{1,2}[-/. ]\\d{1,2}[-/., ]+\\d{2,4}|\\d{1,2}[ -][[:alpha:]]{3,}\\.?[ -,]+\\d{2}|([[:alpha:]]{3,9},? )?[[:alpha:]]{3,9}\\.? \\d{1,2}(st|nd|rd|th)?,? (\\d{2}:\\d{2}.*)?\\d{4}|[[:alpha:]]{3}, \\d{1,2} )";
const CLOCK = "^\\d{1,2}[:.h]\\d{2}([:.]\\d{2}(\\.\\d+)?)?( ?[aApP][mM])?$";

/** @throws InputError for records that do not parse. */
export async function profileColumns(
  database: DuckDBConnection,
  source: TableSource,
  columns: readonly string[] = source.columns,
): Promise<readonly ColumnProfile[]> {
  if (columns.length === 0) return [];
  const sql = `SELECT k, count(*), ${figuresSql("c", "d")}
    FROM (SELECT k, c, TRY_CAST(c AS DOUBLE) AS d FROM ${cellsTable(source, columns)}) GROUP BY k`;
  const found = await source.read(() => readRows(database, sql));
  const figures = new Map(found.map(([k, ...own]) => [Number(k), own]));
  const rough = columns.map((name, k) => {
    const [rows = 0, ...own] = figures.get(k) ?? [];
    return profileOf(name, Number(rows), own);
  });
  return exactly(database, source, rough);
}

/** SQL: a row a cell, `k` the column's place: DuckDB prepares what is asked of cells once, not for each column. */
function cellsTable(source: TableSource, columns: readonly string[]): string {
  const cells = `unnest([${columns.map(identifier).join(", ")}])`;
  const rows = `SELECT ${cells} AS x, unnest(range(${columns.length})) AS k FROM ${source.sql()}`;
  return `(SELECT k, ${saidSql("x")} AS c FROM (${rows}))`;
}

/** Small numbers are counted: next to exact ones an estimate of 7 for 8 looks like a mistake, and is one. */
async function exactly(
  database: DuckDBConnection,
  source: TableSource,
  profiles: readonly ColumnProfile[],
): Promise<readonly ColumnProfile[]> {
  const small = profiles.filter(({ rows, distinct }) => rows <= COUNTED_ROWS || distinct <= COUNTED_VALUES);
  if (small.length === 0) return profiles;
  const names = small.map(({ name }) => name);
  const sql = `SELECT k, count(DISTINCT c) FROM ${cellsTable(source, names)} GROUP BY k`;
  const found = await source.read(() => readRows(database, sql));
  const exact = new Map(found.map(([k, count]) => [names[Number(k)]!, Number(count)]));
  return profiles.map((profile) => {
    const distinct = exact.get(profile.name);
    return distinct === undefined ? profile : { ...profile, distinct, isEstimate: false };
  });
}

/** SQL: the cell without blanks around it, NULL where it says nothing. */
export function saidSql(cell: string): string {
  return `CASE WHEN lower(trim(${cell})) IN (${NOTHING.map(literal).join(", ")}) THEN NULL ELSE trim(${cell}) END`;
}

/** Distinct values are counted in tables up to this size, and in others where they seem to be so few. */
const COUNTED_ROWS = 50_000;
const COUNTED_VALUES = 1000;

function figuresSql(cell: string, number: string): string {
  const text = (condition: string) => `count_if(CASE WHEN ${number} IS NULL THEN ${condition} ELSE false END)`;
  return [
    `count(${cell})`,
    `approx_count_distinct(${cell})`,
    `count(${number})`,
    `count_if(${number} = floor(${number}))`,
    `min(${number})`,
    `max(${number})`,
    text(`regexp_matches(${cell}, ${literal(DATE)})`),
    text(`regexp_matches(${cell}, ${literal(CLOCK)})`),
    text(`regexp_matches(${cell}, '^[^@ ]+@[^@ ]+[.][^@ ]+$')`),
    text(`contains(${cell}, ':')`),
    text(`regexp_full_match(${cell}, '\\d+,\\d+')`),
    `avg(length(${cell}))`,
  ].join(", ");
}

function profileOf(name: string, rows: number, figures: readonly unknown[]): ColumnProfile {
  const [filled, distinct, numbers, whole, least, greatest, dates, clocks, emails, colons, commas, meanLength] =
    figures.map((figure) => (figure === null ? undefined : Number(figure)));
  return {
    name,
    rows,
    filled: filled ?? 0,
    distinct: Math.min(distinct ?? 0, filled ?? 0),
    isEstimate: true,
    numbers: numbers ?? 0,
    whole: whole ?? 0,
    least,
    greatest,
    dates: dates ?? 0,
    clocks: clocks ?? 0,
    emails: emails ?? 0,
    colons: colons ?? 0,
    commas: commas ?? 0,
    meanLength: meanLength ?? 0,
  };
}
