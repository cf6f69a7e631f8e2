// Day first or month first? The whole column is read in every order that its shapes allow: an order under which a row
// names a thirteenth month is out, and so is one under which somebody bought in the years to come.
import { Doubt } from "../../../base/doubt.ts";
import { literal, readRows } from "../../duckdb.ts";
import type { DateRows } from "./column-shapes.ts";
import { dateSql } from "./date-sql.ts";
import type { TimeCells } from "./time-cells.ts";
import type { DateOrder } from "./time-shape.ts";

const YEAR_SECONDS = 366 * 86_400;
/** Dates of a column from which their span tells something, and how many times longer a wrong one is. */
const ENOUGH_DATES = 8;
const FARTHER = 5;
/** Of the rows of a shape, in the order that fits best. */
const MOST_FAULTS = 0.05;

const FLAGS: Readonly<Record<DateOrder, string>> = { ymd: "year-first", dmy: "day-first", mdy: "month-first" };

interface Candidate {
  readonly order: DateOrder;
  readonly faults: number;
  readonly latest: number;
  readonly span: number;
}

/**
 * The one of `orders` in which `shapes` are written.
 * @throws Doubt where several read every row
 */
export async function chooseOrder(
  cells: TimeCells,
  shapes: readonly DateRows[],
  orders: readonly DateOrder[],
): Promise<DateOrder> {
  if (orders.length === 1) return orders[0]!;
  const { candidates, differ, values } = await readEach(cells, shapes, orders);
  const whole = candidates.filter(({ faults }) => faults === 0);
  const soon = Date.now() / 1000 + YEAR_SECONDS;
  const plausible = whole.filter(({ latest }) => latest <= soon);
  const left = withinYears(plausible.length > 0 ? plausible : whole, values);
  if (left.length === 1) return left[0]!.order;
  if (left.length === 0) return leastFaults(candidates, shapes);
  // 31.12.2023: with dots, the day comes first wherever dates are written so.
  const hasDots = shapes.every(({ shape }) => /^9+\.9+\./.test(shape));
  if (hasDots && left.some(({ order }) => order === "dmy")) return "dmy";
  if (!differ) return left[0]!.order;
  throw await doubtOf(cells, shapes, left);
}

async function readEach(
  { database, table }: TimeCells,
  shapes: readonly DateRows[],
  orders: readonly DateOrder[],
): Promise<{ candidates: Candidate[]; differ: boolean; values: number }> {
  const inOrder = (order: DateOrder) => {
    const cases = shapes.map(({ shape, of }) => `WHEN ${literal(shape)} THEN ${dateSql("x", of, order, {})}`);
    return `CASE s ${cases.join(" ")} END AS ${order}`;
  };
  const figures = orders.map(
    (order) => `count(*) FILTER (${order} IS NULL), max(${order}), max(${order}) - min(${order})`,
  );
  const list = shapes.map(({ shape }) => literal(shape)).join(", ");
  const [first, ...others] = orders;
  const differ = others.map((order) => `${first} IS DISTINCT FROM ${order}`).join(" OR ");
  const [row] = await readRows(
    database,
    `SELECT count(*) FILTER (${differ}), approx_count_distinct(${first}), ${figures.join(", ")}
     FROM (SELECT ${orders.map(inOrder).join(", ")} FROM ${table} WHERE s IN (${list}) AND x SIMILAR TO '.*[1-9].*')`,
  );
  const numbers = row!.map(Number);
  const candidates = orders.map((order, k) => {
    const [faults, latest, span] = numbers.slice(2 + 3 * k, 5 + 3 * k) as [number, number, number];
    return { order, faults, latest, span };
  });
  return { candidates, differ: numbers[0]! > 0, values: numbers[1]! };
}

/**
 * 05-11-23 and 19-11-23 are days of one month, not one day of every year: where many dates lie years apart in one order
 * and close together in another, the latter is meant.
 */
function withinYears(candidates: readonly Candidate[], values: number): readonly Candidate[] {
  if (values < ENOUGH_DATES) return candidates;
  const shortest = Math.min(...candidates.map(({ span }) => span));
  return candidates.filter(({ span }) => span <= Math.max(FARTHER * shortest, YEAR_SECONDS));
}

/** Where no order reads all rows, but one nearly all: the others are faults of single rows. */
function leastFaults(candidates: readonly Candidate[], shapes: readonly DateRows[]): DateOrder {
  const [best, next] = [...candidates].sort((a, b) => a.faults - b.faults) as [Candidate, Candidate];
  const rows = shapes.reduce((sum, { count }) => sum + count, 0);
  return best.faults <= MOST_FAULTS * rows && best.faults < next.faults ? best.order : candidates[0]!.order;
}

async function doubtOf(cells: TimeCells, shapes: readonly DateRows[], left: readonly Candidate[]): Promise<Doubt> {
  const first = shapes.reduce((a, b) => (b.first < a.first ? b : a));
  const { where, line } = await cells.place(first.first);
  const found = `"${first.example}" in "${cells.column}", and no row of the column that tells day from month`;
  const choices = left.map(({ order }) => ({
    words: order === "dmy" ? "the day comes first" : order === "mdy" ? "the month comes first" : "the year comes first",
    flag: `--time-format ${FLAGS[order]}`,
    options: { timeFormat: FLAGS[order] },
  }));
  return new Doubt({ where, line, found, expected: "dates that can be read in one way" }, choices);
}
