// Digits of a date whose year comes last: 20112023, 11202023, 1022023 where the zero in front was lost. Whether the day
// or the month is first is chosen as for 20/11/2023, so such shapes are handed on as dates.
import { literal, readRows } from "../../duckdb.ts";
import type { ColumnShapes, DateRows, ShapeRows } from "./column-shapes.ts";
import { dateSql } from "./date-sql.ts";
import type { TimeCells } from "./time-cells.ts";
import { DIGITS_RANGE, MOSTLY_DIGITS } from "./time-numbers.ts";
import type { TimeChoice } from "./time-options.ts";
import type { DateShape, Span } from "./time-shape.ts";

/** `shapes`, with numbers that are such digits among the dates. None of them begins with a year as well. */
export async function withDigitDates(
  { database, table }: TimeCells,
  shapes: ColumnShapes,
  choice: TimeChoice,
): Promise<ColumnShapes> {
  const { numbers, dates } = shapes;
  const digits = numbers.flatMap((rows) => {
    const of = digitShape(rows.shape);
    return of === undefined ? [] : [{ ...rows, of }];
  });
  if (digits.length === 0 || choice.number !== undefined) return shapes;
  // A lone digit is a zero that stands for no date, or a fault that is told with its place.
  const others = numbers.filter(({ shape }) => shape !== "9" && digitShape(shape) === undefined);
  if (countOf(others) > (1 - MOSTLY_DIGITS) * countOf(numbers)) return shapes;
  const isDate = (order: "dmy" | "mdy") => `${orderSql(digits, order)} BETWEEN ${DIGITS_RANGE.join(" AND ")}`;
  const [row] = await readRows(
    database,
    `SELECT count(*), count(*) FILTER (${isDate("dmy")}), count(*) FILTER (${isDate("mdy")}) FROM ${table}
     WHERE s IN (${numbers.map(({ shape }) => literal(shape)).join(", ")}) AND x SIMILAR TO '.*[1-9].*'
     AND x NOT LIKE '%9999' AND x NOT LIKE '%1900'`,
  );
  const [known, dayFirst, monthFirst] = row!.map(Number) as [number, number, number];
  if (known === 0 || Math.max(dayFirst, monthFirst) < MOSTLY_DIGITS * known) return shapes;
  return { numbers: [], dates: [...dates, ...digits] };
}

function orderSql(digits: readonly DateRows[], order: "dmy" | "mdy"): string {
  const cases = digits.map(({ shape, of }) => `WHEN ${literal(shape)} THEN ${dateSql("x", of, order, {})}`);
  return `(CASE s ${cases.join(" ")} END)`;
}

/** Eight digits, seven where a zero was lost, 14 with the time of day. */
function digitShape(shape: string): DateShape | undefined {
  const { length } = shape;
  if (!/^9+$/.test(shape) || !(length === 7 || length === 8 || length === 14)) return undefined;
  const lengths = length === 7 ? [1, 2, 4] : [2, 2, 4];
  const numbers = spansOf(1, lengths);
  const [hour, minute, second] = spansOf(9, [2, 2, 2]) as [Span, Span, Span];
  const clock = length === 14 ? { hour, minute, second } : undefined;
  return { numbers, orders: ["dmy", "mdy"], clock };
}

function spansOf(start: number, lengths: readonly number[]): Span[] {
  let at = start;
  return lengths.map((length) => {
    const span = { at, length };
    at += length;
    return span;
  });
}

function countOf(rows: readonly ShapeRows[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}

/** Patterns of digits that may be dates, in the letters of strptime, by their length. */
const PATTERNS = ["%Y%m%d", "%d%m%Y", "%m%d%Y", "%y%m%d", "%d%m%y", "%m%d%y"] as const;

/** The pattern under which at least half of the numbers of `table` are dates, though they were taken for an order. */
export async function likelyPattern({ database, table }: TimeCells): Promise<string | undefined> {
  const figures = PATTERNS.map((pattern) => {
    const length = pattern.includes("Y") ? 8 : 6;
    const text = `CASE WHEN length(x) BETWEEN ${length - 1} AND ${length} THEN lpad(x, ${length}, '0') END`;
    const date = `epoch(try_strptime(${text}, '${pattern}'))`;
    const isDate = `FILTER (${date} BETWEEN ${DIGITS_RANGE.join(" AND ")})`;
    return `count(*) ${isDate}, max(${date}) ${isDate} - min(${date}) ${isDate}`;
  });
  const [row] = await readRows(
    database,
    `SELECT count(*), ${figures.join(", ")} FROM ${table} WHERE x SIMILAR TO '.*[1-9].*'`,
  );
  const [known, ...found] = row!.map(Number) as [number, ...number[]];
  const all = PATTERNS.map((pattern, k) => ({ pattern, count: found[2 * k]!, span: found[2 * k + 1]! }));
  // 050123 and 310123 are days of one month, not of 2005 and 2031.
  const [best] = all.sort((a, b) => b.count - a.count || a.span - b.span);
  return best!.count > 0 && 2 * best!.count >= known ? best!.pattern : undefined;
}
