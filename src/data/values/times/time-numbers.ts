// Times that are plain numbers: counts of seconds, milliseconds, microseconds or nanoseconds since 1970, days of a
// spreadsheet, digits of a date (20231120), or a mere order. The whole column tells which.
import type { DuckDBConnection } from "@duckdb/node-api";
import { readRows } from "../../duckdb.ts";
import { numberSql } from "../numbers.ts";

export const NUMBER_FORMS = {
  unix: "seconds since 1970",
  "unix-ms": "milliseconds since 1970",
  "unix-us": "microseconds since 1970",
  "unix-ns": "nanoseconds since 1970",
  "unix-days": "days since 1970",
  excel: "days of a spreadsheet (Excel)",
  digits: "digits of a date",
  order: "numbers that give an order, not a date",
  mixed: "seconds, milliseconds or smaller units since 1970, each by its size",
} as const;

export type NumberForm = keyof typeof NUMBER_FORMS;

/** `milliseconds` of `milliseconds since 1970`. */
export function unitWord(form: NumberForm): string {
  return NUMBER_FORMS[form].split(" ")[0]!;
}

/** Are these digits, then an optional fraction or exponent? Marks of thousands are allowed from two groups on. */
export function isNumberShape(shape: string): boolean {
  return /^[-+]?9+([.,]9*)?(a[+-]?9+)?$/.test(shape) || isGrouped(shape);
}

export function isGrouped(shape: string): boolean {
  return /^-?9{1,3}([.,’' ]999)(\1|[.,’' ]999)+$/.test(shape);
}

/** SQL: the number in `text`; `shapes` are those of the column. */
export function plainNumberSql(text: string, shapes: readonly string[]): string {
  const cleaned = shapes.some(isGrouped)
    ? `translate(${text}, '.,’'' ', '')`
    : shapes.some((shape) => shape.includes(","))
      ? `replace(${text}, ',', '.')`
      : text;
  return numberSql(cleaned);
}

/** From -> to, exclusively, of what is read in each unit; a number of nanoseconds is 19 digits long today. */
const UNITS: readonly { readonly form: NumberForm; readonly from: number; readonly perSecond: number }[] = [
  { form: "unix", from: 1e8, perSecond: 1 },
  { form: "unix-ms", from: 1e11, perSecond: 1e3 },
  { form: "unix-us", from: 1e14, perSecond: 1e6 },
  { form: "unix-ns", from: 1e17, perSecond: 1e9 },
];

const EXCEL_DAYS_BEFORE_1970 = 25_569;
/** 1980 to 2099 in days of a spreadsheet; 1990 to 2030 in days since 1970. */
const EXCEL_RANGE = [29_221, 73_050] as const;
const DAYS_RANGE = [7_305, 22_279] as const;
/** 1990: what lies between then and now in two units is a mixture of both. */
const PLAUSIBLE_FROM = 631_152_000;

/** 1950 to 2099. */
export const DIGITS_RANGE = [-631_152_000, 4_102_444_800] as const;
/** Of the numbers of a column, those that must be digits of dates, so that the others are faults of single rows. */
export const MOSTLY_DIGITS = 0.95;
/** Digits of 1900-01-01 and of the years 1 and 9999, which stand for an unknown time. */
const UNKNOWN_DIGITS = "^(9999|19000101|0001)";

const DIGIT_FORMATS: Readonly<Record<number, string>> = {
  6: "%Y%m",
  8: "%Y%m%d",
  10: "%Y%m%d%H",
  12: "%Y%m%d%H%M",
  14: "%Y%m%d%H%M%S",
  17: "%Y%m%d%H%M%S%g",
};

/** SQL: seconds since 1970 of the number `value`, whose text is `text`. */
export function secondsSql(form: NumberForm, value: string, text: string): string {
  const unit = UNITS.find((each) => each.form === form);
  if (unit !== undefined) return unit.perSecond === 1 ? value : `${value} / ${unit.perSecond}`;
  if (form === "unix-days") return `${value} * 86400`;
  if (form === "excel") return `round((${value} - ${EXCEL_DAYS_BEFORE_1970}) * 86400, 3)`;
  if (form === "order") return value;
  if (form === "digits") return digitsSql(text);
  const cases = [...UNITS]
    .reverse()
    .map(({ from, perSecond }) => `WHEN abs(${value}) >= ${from} THEN ${value} / ${perSecond}`);
  return `CASE ${cases.join(" ")} ELSE ${value} END`;
}

export interface NumberEvidence {
  /** Numbers other than zero. */
  readonly known: number;
  readonly min: number;
  readonly max: number;
  /** Per unit: how many numbers have its size, and how many of them lie between 1990 and now when read in it. */
  readonly units: readonly { readonly form: NumberForm; readonly count: number; readonly plausible: number }[];
  /** Are they the digits of a date, but for faults of single rows? */
  readonly areDigits: boolean;
}

/** One look at the whole column: `source` is an SQL table with the texts `x`, of the shapes in `rows` alone. */
export async function numberEvidence(
  database: DuckDBConnection,
  source: string,
  value: string,
  rows: readonly { readonly shape: string; readonly count: number }[],
): Promise<NumberEvidence> {
  const now = Date.now() / 1000 + 2 * 366 * 86_400;
  const counts = UNITS.flatMap(({ from, perSecond }, k) => {
    const until = UNITS[k + 1]?.from ?? 1e30;
    const isUnit = `abs(v) >= ${from} AND abs(v) < ${until}`;
    const isPlausible = `v / ${perSecond} BETWEEN ${PLAUSIBLE_FROM} AND ${now}`;
    return [`count(*) FILTER (${isUnit})`, `count(*) FILTER (${isUnit} AND ${isPlausible})`];
  });
  const [row] = await readRows(
    database,
    `SELECT count(*), min(v), max(v), ${counts.join(", ")} FROM (SELECT ${value} AS v FROM ${source}) WHERE v <> 0`,
  );
  const [known, min, max, ...rest] = row!.map((cell) => (cell === null ? 0 : Number(cell)));
  const units = UNITS.map(({ form }, k) => ({ form, count: rest[2 * k]!, plausible: rest[2 * k + 1]! }));
  const evidence = { known: known!, min: min!, max: max!, units };
  // Ten digits of a date, 2023112003, are also seconds of the year 2034.
  const countOf = (some: typeof rows) => some.reduce((sum, { count }) => sum + count, 0);
  const mayBe = countOf(rows.filter(({ shape }) => mayBeDigits(shape))) >= MOSTLY_DIGITS * countOf(rows);
  const areDigits = !arePlausible(evidence) && mayBe && (await areDates(database, source));
  return { ...evidence, areDigits };
}

type Figures = Omit<NumberEvidence, "areDigits">;

function arePlausible({ units }: Figures): boolean {
  const present = units.filter(({ count }) => count > 0);
  return present.length > 0 && present.every(({ count, plausible }) => count === plausible);
}

/** A single digit is a zero that stands for nothing. */
function mayBeDigits(shape: string): boolean {
  return /^9+$/.test(shape) && (shape.length === 1 || DIGIT_FORMATS[shape.length] !== undefined);
}

async function areDates(database: DuckDBConnection, source: string): Promise<boolean> {
  const [row] = await readRows(
    database,
    `SELECT count(*), count(*) FILTER (${digitsSql("x")} BETWEEN ${DIGITS_RANGE.join(" AND ")}) FROM ${source}
     WHERE x SIMILAR TO '.*[1-9].*' AND NOT regexp_matches(x, '${UNKNOWN_DIGITS}')`,
  );
  const [known, dates] = row!.map(Number) as [number, number];
  return known > 0 && dates >= MOSTLY_DIGITS * known;
}

function digitsSql(text: string): string {
  const cases = Object.entries(DIGIT_FORMATS).map(
    ([length, format]) => `WHEN ${length} THEN epoch(try_strptime(${text}, '${format}'))`,
  );
  return `CASE length(${text}) ${cases.join(" ")} END`;
}

/** Undefined where two units are possible and the column does not tell. */
export function numberForm(evidence: NumberEvidence): NumberForm | undefined {
  const { known, min, max, units, areDigits } = evidence;
  if (known === 0) return "order";
  if (areDigits) return "digits";
  const present = units.filter(({ count }) => count > 0);
  if (present.length === 0) {
    if (min >= EXCEL_RANGE[0] && max <= EXCEL_RANGE[1]) return "excel";
    return min >= DAYS_RANGE[0] && max <= DAYS_RANGE[1] ? "unix-days" : "order";
  }
  if (present.length === 1) return present[0]!.form;
  return arePlausible(evidence) ? "mixed" : undefined;
}
