import { Doubt } from "../../../base/doubt.ts";
import { literal } from "../../duckdb.ts";
import type { ColumnShapes, ShapeRows } from "./column-shapes.ts";
import { inZone, type LocalTime } from "./date-sql.ts";
import { likelyPattern } from "./digit-dates.ts";
import type { TimeCells } from "./time-cells.ts";
import {
  type NumberEvidence,
  type NumberForm,
  numberEvidence,
  numberForm,
  plainNumberSql,
  secondsSql,
  unitWord,
} from "./time-numbers.ts";

export interface NumberReading {
  readonly form: NumberForm;
  /** SQL: is a row one of them? */
  readonly is: string;
  /** SQL: its seconds, NULL for what is no number. */
  readonly value: string;
  readonly warnings: readonly string[];
}

/**
 * Times that are numbers; undefined where there are none. Beside dates, they are told by their shapes.
 * @throws Doubt where two units are possible
 */
export async function readNumbers(
  cells: TimeCells,
  { numbers: rows, dates }: ColumnShapes,
  chosen: NumberForm | undefined,
  { timeZone, timeOfDay }: LocalTime,
): Promise<NumberReading | undefined> {
  if (rows.length === 0) return undefined;
  const shapes = rows.map(({ shape }) => shape);
  const isNumber = `s IN (${shapes.map(literal).join(", ")})`;
  const value = plainNumberSql("x", shapes);
  const evidence = await numberEvidence(
    cells.database,
    dates.length === 0 ? cells.table : `(SELECT x FROM ${cells.table} WHERE ${isNumber})`,
    value,
    rows,
  );
  const form = chosen ?? numberForm(evidence);
  if (form === undefined) throw await unitDoubt(cells, rows, evidence);
  const seconds = secondsSql(form, value, "x");
  const local = timeOfDay === undefined ? seconds : `floor(${seconds} / 86400) * 86400 + ${timeOfDay}`;
  const isClock = timeZone !== undefined && (form === "excel" || form === "digits");
  return {
    form,
    is: isNumber,
    value: isClock ? inZone(local, timeZone) : local,
    warnings: [
      ...roundedWarning(cells, rows),
      ...mixedWarning(cells, form, evidence),
      ...(chosen === undefined && dates.length === 0 ? await orderWarning(cells, form, evidence, rows) : []),
    ],
  };
}

function roundedWarning({ column }: TimeCells, rows: readonly ShapeRows[]): string[] {
  const rounded = rows.filter(({ shape }) => /^\D?9([.,]9{0,7})?a/.test(shape));
  if (rounded.length === 0) return [];
  const count = rounded.reduce((sum, each) => sum + each.count, 0);
  return [
    `${count} times in "${column}" are rounded numbers (${rounded[0]!.example}): a spreadsheet cut their digits off; export the column anew as text.`,
  ];
}

function mixedWarning({ column }: TimeCells, form: NumberForm, { units }: NumberEvidence): string[] {
  if (form !== "mixed") return [];
  const present = units.filter(({ count }) => count > 0).map((unit) => `${unitWord(unit.form)} (${unit.count} rows)`);
  return [
    `"${column}" mixes ${present.join(" and ")} since 1970; each time was read by its size. Say --time-format unix or unix-ms if all are of one unit.`,
  ];
}

/** From so many digits on, numbers that only give an order may be digits of dates after all. */
const DATE_DIGITS = 1e5;

async function orderWarning(
  cells: TimeCells,
  form: NumberForm,
  { max }: NumberEvidence,
  rows: readonly ShapeRows[],
): Promise<string[]> {
  const pattern = form === "order" && max >= DATE_DIGITS ? await likelyPattern(cells) : undefined;
  if (pattern === undefined) return [];
  return [
    `numbers in "${cells.column}" such as ${rows[0]!.example} may be digits of dates, and are taken for a mere order. If they are dates, say how they are written: --time-format ${pattern}; else --time-format order.`,
  ];
}

async function unitDoubt(cells: TimeCells, rows: readonly ShapeRows[], { units }: NumberEvidence): Promise<Doubt> {
  const first = rows.reduce((a, b) => (b.first < a.first ? b : a));
  const { where, line } = await cells.place(first.first);
  const present = units.filter(({ count }) => count > 0);
  const found = `times of different magnitude in "${cells.column}": ${present
    .map(({ form, count }) => `${count} that look like ${unitWord(form)}`)
    .join(", ")}`;
  const choices = present.map(({ form }) => ({
    words: `all are ${unitWord(form)}`,
    flag: `--time-format ${form}`,
    options: { timeFormat: form },
  }));
  return new Doubt({ where, line, found, expected: "times in one unit" }, choices);
}
