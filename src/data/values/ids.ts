// Ids of users and items, the same rule for every table that holds them. What a whole column shows is undone: blanks
// around ids, and the `.0` that a data frame puts behind whole numbers once a cell is empty. Nothing else is touched:
// leading zeros, long numbers, case and accents stay as they are.
import type { DuckDBConnection } from "@duckdb/node-api";
import { execute, literal, readRows } from "../duckdb.ts";
import { GUEST_WORDS, MISSING_WORDS } from "./missing-words.ts";

/** Blanks and invisible marks that copies of tables leave around ids. */
const EDGES = " \t\r\n\u00a0\u2007\u202f\u200b\u2060\ufeff";
/** Share of ids with a digit in them from which a word without one is no id. */
const CODED = 0.9;

export interface Example {
  readonly count: number;
  /** As it stands in the first such row. */
  readonly text: string;
  /** The first such row, from 0. */
  readonly row: number;
}

/** What a column of ids shows. */
export interface IdForm {
  /** Distinct texts. */
  readonly distinct: number;
  /** Rows with blanks around the id. */
  readonly padded?: Example | undefined;
  /** Rows of whole numbers written `101.0`, where all ids are whole numbers. */
  readonly floats?: Example | undefined;
  /** Rows of numbers such as 1.15E+18, whose last digits are lost. */
  readonly rounded?: Example | undefined;
  /** Words that stand for "no id", as they are written; the empty text is always one. */
  readonly missing: readonly string[];
  /** Words of that kind that may be an id here and were kept. */
  readonly kept: readonly Example[];
}

/** SQL: the id in `text`, NULL where there is none. */
export function idSql(text: string, { padded, floats, missing }: IdForm): string {
  const plain = padded === undefined ? text : trimSql(text);
  const whole = floats === undefined ? plain : `regexp_replace(${plain}, '\\.0+$', '')`;
  const absent = ["", ...missing].map(literal).join(", ");
  const isSomebody = [plain, ...(whole === plain ? [] : [whole])].map((id) => `${id} NOT IN (${absent})`);
  return `(CASE WHEN ${isSomebody.join(" AND ")} THEN ${whole} END)`;
}

export interface IdOptions {
  /** The only words that stand for "no id". Default: those of databases, where nothing speaks against. */
  readonly words?: readonly string[] | undefined;
  /** Is a word that has far more rows than any other id taken for "no id"? True of users: guests are many. */
  readonly mayCluster?: boolean | undefined;
}

/**
 * Look at the column `text` of `table`, an SQL table with the row number `n`. Leaves the table `name(text, x, rows,
 * first)` of distinct texts behind.
 */
export async function idForm(
  database: DuckDBConnection,
  table: string,
  text: string,
  name: string,
  options: IdOptions = {},
): Promise<IdForm> {
  await execute(
    database,
    `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT *, ${trimSql("text")} AS x
     FROM (SELECT ${text} AS text, count(*) AS rows, min(n) AS first FROM ${table} GROUP BY ALL)`,
  );
  const isWord = `lower(x) IN (${MISSING_WORDS.map(literal).join(", ")})`;
  const isNone = `(${isWord} OR ${isGuestSql()})`;
  const isWhole = "regexp_full_match(x, '-?(0|[1-9][0-9]*)(\\.0+)?')";
  const isFloat = `contains(x, '.') AND ${isWhole}`;
  // 12e4567 may be part of a hash: one digit, then a mark or a plus.
  const isRounded = "regexp_full_match(x, '-?[0-9]([.,][0-9]+[eE]\\+?|[eE]\\+)[0-9]{1,3}')";
  const figures = ["text <> x", isFloat, isRounded].map(exampleSql);
  const [row] = await readRows(
    database,
    `SELECT count(*) FILTER (x <> ''), count(*) FILTER (NOT ${isNone}), count(*) FILTER (NOT ${isNone} AND ${isWhole}),
     count(*) FILTER (NOT ${isNone} AND regexp_matches(x, '[0-9]')), ${figures.join(", ")} FROM ${name}`,
  );
  const [distinct, ids, whole, coded] = row!.slice(0, 4).map(Number) as [number, number, number, number];
  const floats = exampleAt(row!, 7);
  const { missing, kept } = await missingWords(database, name, isWord, ids === 0 || coded >= CODED * ids, options);
  return {
    distinct,
    padded: exampleAt(row!, 4),
    floats: whole === ids ? floats : undefined,
    rounded: exampleAt(row!, 10),
    missing,
    kept,
  };
}

function trimSql(text: string): string {
  return `trim(${text}, ${literal(EDGES)})`;
}

function exampleSql(condition: string): string {
  const filter = `FILTER (${condition})`;
  return `sum(rows) ${filter}, arg_min(text, first) ${filter}, min(first) ${filter}`;
}

function exampleAt(row: readonly unknown[], at: number): Example | undefined {
  const [count, text, first] = row.slice(at, at + 3);
  return count === null ? undefined : { count: Number(count), text: String(text), row: Number(first) };
}

async function missingWords(
  database: DuckDBConnection,
  name: string,
  isWord: string,
  areCoded: boolean,
  { words, mayCluster }: IdOptions,
): Promise<{ missing: string[]; kept: Example[] }> {
  if (words !== undefined) return { missing: [...words], kept: [] };
  const found = await readRows(
    database,
    `SELECT x, sum(rows)::DOUBLE, min(first) FROM ${name} WHERE ${isWord} AND x <> '' GROUP BY x ORDER BY x`,
  );
  const [most] = await readRows(database, `SELECT max(rows) FROM ${name} WHERE NOT ${isWord}`);
  const busiest = Number(most![0] ?? 0);
  const missing: string[] = [];
  const kept: Example[] = [];
  if (areCoded && mayCluster === true) missing.push(...(await guestsAmong(database, name)));
  for (const [text, rows, first] of found) {
    const word = { text: String(text), count: Number(rows), row: Number(first) };
    const isId = !areCoded && !/^\W+$/.test(word.text) && !(mayCluster === true && word.count > 2 * busiest);
    if (isId) kept.push(word);
    else missing.push(word.text);
  }
  return { missing, kept };
}

function isGuestSql(): string {
  return `lower(x) IN (${GUEST_WORDS.map(literal).join(", ")})`;
}

/** Words such as "guest" that have more than twice the rows of any id. */
async function guestsAmong(database: DuckDBConnection, name: string): Promise<string[]> {
  const isGuest = isGuestSql();
  const found = await readRows(
    database,
    `SELECT x FROM ${name} WHERE ${isGuest} GROUP BY x
     HAVING sum(rows) > 2 * (SELECT coalesce(max(rows), 0) FROM ${name} WHERE x <> '' AND NOT ${isGuest})`,
  );
  return found.map(([text]) => String(text));
}

export interface AlikeIds {
  readonly count: number;
  readonly pair: readonly [string, string];
}

/** Two ids of the table that `idForm` left, which differ in case or in the way accents are written alone. */
export function nearlyEqualIds(database: DuckDBConnection, name: string): Promise<AlikeIds | undefined> {
  return alikeIds(database, name, "x <> ''", "lower(nfc_normalize(x))");
}

/** Two whole numbers among them that differ in zeros in front, or in a `.0` behind, alone. */
export function equalNumberIds(database: DuckDBConnection, name: string): Promise<AlikeIds | undefined> {
  const number = "regexp_replace(regexp_replace(x, '[.]0+$', ''), '^0+([0-9])', '\\1')";
  return alikeIds(database, name, "regexp_full_match(x, '[0-9]+([.]0+)?')", number);
}

async function alikeIds(
  database: DuckDBConnection,
  name: string,
  among: string,
  key: string,
): Promise<AlikeIds | undefined> {
  const [row] = await readRows(
    database,
    `SELECT count(*), any_value(a), any_value(b) FROM (
       SELECT min(x) AS a, max(x) AS b FROM ${name} WHERE ${among} GROUP BY ${key} HAVING a <> b)`,
  );
  const count = Number(row![0]);
  return count === 0 ? undefined : { count, pair: [String(row![1]), String(row![2])] };
}
