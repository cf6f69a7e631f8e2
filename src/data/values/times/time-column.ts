// What a column of times means. Its shapes are counted once over all rows; every shape is then read in one way, the
// same for all its rows, and what shapes do not tell (units, day or month first) is told by figures of the whole
// column.
import { UsageError } from "../../../base/errors.ts";
import { literal, readRows } from "../../duckdb.ts";
import { type ColumnShapes, columnShapes, type DateRows } from "./column-shapes.ts";
import { chooseOrder } from "./date-orders.ts";
import { dateSql, inZone, type LocalTime } from "./date-sql.ts";
import { withDigitDates } from "./digit-dates.ts";
import { type NumberReading, readNumbers } from "./number-column.ts";
import type { TimeCells } from "./time-cells.ts";
import { checkMixture } from "./time-mixtures.ts";
import { NUMBER_FORMS, type NumberForm } from "./time-numbers.ts";
import { type TimeChoice, type TimeOptions, timeChoice } from "./time-options.ts";
import type { DateOrder } from "./time-shape.ts";

export interface TimeReading {
  /** SQL over a row of `TimeCells.table`: seconds since 1970, NULL for what is no time. */
  readonly value: string;
  /** How the times are written, in words. */
  readonly form: string;
  readonly zone: string;
  /** False for numbers that give an order and no date. */
  readonly isCalendar: boolean;
  /** One sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Decide how a column is read; `timeOfDay` is SQL.
 * @throws InputError for what cannot be read, Doubt where it can be read in several ways, UsageError for the options.
 */
export async function readTimes(cells: TimeCells, options: TimeOptions, timeOfDay?: string): Promise<TimeReading> {
  const choice = timeChoice(options);
  const local = { timeZone: options.timeZone, timeOfDay };
  if (choice.pattern !== undefined) return patternReading(cells, choice.pattern, local);
  const shapes = await withDigitDates(cells, await columnShapes(cells), choice);
  const numbers = await readNumbers(cells, shapes, choice.number, local);
  const warnings = [...(numbers?.warnings ?? []), ...(await checkMixture(cells, shapes, numbers?.form, local))];
  const dates = await readDates(cells, shapes.dates, choice, local);
  return {
    value: valueSql(numbers, dates.cases),
    form: [...(numbers === undefined ? [] : [NUMBER_FORMS[numbers.form]]), ...dates.words].join("; "),
    zone: zoneWords(shapes, numbers?.form, options.timeZone),
    isCalendar: numbers?.form !== "order" || shapes.dates.length > 0,
    warnings,
  };
}

function valueSql(numbers: NumberReading | undefined, dates: readonly string[]): string {
  if (dates.length === 0) return numbers?.value ?? "NULL::DOUBLE";
  const cases = numbers === undefined ? dates : [`WHEN ${numbers.is} THEN ${numbers.value}`, ...dates];
  return `CASE ${cases.join(" ")} END`;
}

async function readDates(cells: TimeCells, dates: readonly DateRows[], choice: TimeChoice, local: LocalTime) {
  const cases: string[] = [];
  const words: string[] = [];
  for (const { orders, rows } of groupsOf(dates)) {
    const order = orders.find((each) => each === choice.order) ?? (await chooseOrder(cells, rows, orders));
    for (const { shape, of } of rows) {
      cases.push(`WHEN s = ${literal(shape)} THEN ${dateSql("x", of, order, local)}`);
    }
    words.push(`dates such as ${rows[0]!.example}${orders.length > 1 ? `, ${ORDER_WORDS[order]}` : ""}`);
  }
  return { cases, words };
}

/** `3/4/23` and `12/11/23` are of one order: together they allow what each of them allows. */
function groupsOf(dates: readonly DateRows[]): { orders: readonly DateOrder[]; rows: DateRows[] }[] {
  const groups = new Map<string, { orders: readonly DateOrder[]; rows: DateRows[] }>();
  for (const each of dates) {
    const { orders, monthWord } = each.of;
    const key = orders.length > 1 ? "open" : `${orders[0]} ${monthWord !== undefined}`;
    const group = groups.get(key) ?? { orders, rows: [] };
    groups.set(key, {
      orders: group.orders.filter((order) => orders.includes(order)),
      rows: [...group.rows, each],
    });
  }
  return [...groups.values()];
}

const ORDER_WORDS: Readonly<Record<DateOrder, string>> = {
  ymd: "the year first",
  dmy: "the day first",
  mdy: "the month first",
};

function zoneWords({ dates }: ColumnShapes, number: NumberForm | undefined, timeZone: string | undefined): string {
  const isNaive = dates.some(({ of }) => of.zone === undefined) || number === "excel" || number === "digits";
  const naive = timeZone === undefined ? "none written, read as UTC" : `${timeZone} where none is written`;
  const isZoned = dates.some(({ of }) => of.zone !== undefined);
  return [...(isZoned ? ["as written"] : []), ...(isNaive ? [naive] : [])].join("; ") || "UTC";
}

/** @throws UsageError for a pattern that is none. */
async function patternReading(cells: TimeCells, pattern: string, local: LocalTime): Promise<TimeReading> {
  const { timeZone, timeOfDay } = local;
  const parsed = `try_strptime(x, ${literal(pattern)})`;
  await readRows(cells.database, `SELECT ${parsed} FROM (SELECT '' AS x)`).catch((cause: Error) => {
    throw new UsageError(`--time-format ${pattern}: no pattern of times. Write it like %d.%m.%Y %H:%M:%S.`, { cause });
  });
  const seconds = timeOfDay === undefined ? `epoch(${parsed})` : `epoch(date_trunc('day', ${parsed})) + ${timeOfDay}`;
  const hasZone = /%z/i.test(pattern);
  const value = hasZone || timeZone === undefined ? seconds : inZone(seconds, timeZone);
  const zone = hasZone ? "as written" : (timeZone ?? "none written, read as UTC");
  return { value, form: `as --time-format ${pattern}`, zone, isCalendar: true, warnings: [] };
}
