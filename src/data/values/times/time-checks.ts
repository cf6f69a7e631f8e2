// After all times are read: words for an unknown time that are times themselves (0, 1900-01-01), and times that cannot
// be meant.
import type { DuckDBConnection } from "@duckdb/node-api";
import { readRows } from "../../duckdb.ts";
import { isMissingSql } from "../missing-words.ts";

const DAY = 86_400;
const YEAR = 366 * DAY;
/** Clocks of the world are at most so far apart. */
const ZONES = 14 * 3600;

/** From -> to: what databases and spreadsheets write for "no time". */
const SENTINELS: readonly (readonly [from: number, to: number])[] = [
  [-ZONES, ZONES], // 0, 1970-01-01
  [-62_167_219_200 - ZONES, -62_135_596_800 + ZONES], // the years 0 and 1
  [-2_209_161_600 - ZONES, -2_208_902_400 + ZONES], // 0 in a spreadsheet, 1900-01-01
  [253_370_764_800 - ZONES, 253_402_300_800 + ZONES], // the year 9999
  [2_147_483_647, 2_147_483_647],
];

/** SQL: is `x`, a cleaned text, empty, a word for it, or a date of zeros? */
export function isUnknownTimeSql(x: string): string {
  return `(${isMissingSql(x)} OR translate(${x}, '0-:./ TZ', '') = '')`;
}

/**
 * SQL: does `t` (seconds) stand for an unknown time in `table`? Only where no other time of the column is near.
 */
export async function sentinelSql(database: DuckDBConnection, table: string): Promise<string> {
  const isOne = (k: number) => `t BETWEEN ${SENTINELS[k]!.join(" AND ")}`;
  // One value again and again: a few real times of one day would differ.
  const areOne = SENTINELS.map((_, k) => `(min(t) FILTER (${isOne(k)}) = max(t) FILTER (${isOne(k)}))::INTEGER`);
  const isAny = SENTINELS.map((_, k) => `(${isOne(k)})`).join(" OR ");
  const [row] = await readRows(
    database,
    `SELECT min(t) FILTER (NOT (${isAny})), max(t) FILTER (NOT (${isAny})), ${areOne.join(", ")} FROM ${table}`,
  );
  const [min, max, ...found] = row!.map((cell) => (cell === null ? Number.NaN : Number(cell)));
  const unknown = SENTINELS.flatMap(([from, to], k) => {
    const isNear = from <= max! + YEAR && to >= min! - YEAR;
    return found[k] === 1 && !isNear ? [`(${isOne(k)})`] : [];
  });
  return unknown.length === 0 ? "false" : `(t IS NOT NULL AND (${unknown.join(" OR ")}))`;
}

export interface OddTimes {
  readonly words: string;
  readonly count: number;
  /** The first such row and its time in seconds. */
  readonly row: number;
  readonly seconds: number;
}

/** Times that lie a day or more ahead, or before 1980. */
export async function oddTimes(database: DuckDBConnection, table: string): Promise<OddTimes[]> {
  const kinds: readonly (readonly [words: string, condition: string])[] = [
    ["in the future", `t > ${Date.now() / 1000 + DAY}`],
    ["before 1980", `t < ${Date.UTC(1980, 0) / 1000}`],
  ];
  const figures = kinds.map(([, is]) => `count(*) FILTER (${is}), min(n) FILTER (${is}), arg_min(t, n) FILTER (${is})`);
  const [row] = await readRows(database, `SELECT ${figures.join(", ")} FROM ${table}`);
  return kinds.flatMap(([words], k) => {
    const [count, first, seconds] = row!.slice(3 * k, 3 * k + 3).map(Number) as [number, number, number];
    return count === 0 ? [] : [{ words, count, row: first, seconds }];
  });
}

/** ISO 8601 without a needless fraction; years that it cannot write are numbers of seconds. */
export function isoTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} seconds` : date.toISOString().replace(".000Z", "Z");
}
