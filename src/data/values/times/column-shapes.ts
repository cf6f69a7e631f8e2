// The shapes of a whole column of times, counted in one query and sorted into numbers and dates.
import { InputError } from "../../../base/errors.ts";
import { readRows } from "../../duckdb.ts";
import { MISSING_WORDS } from "../missing-words.ts";
import type { TimeCells } from "./time-cells.ts";
import { isNumberShape } from "./time-numbers.ts";
import { type DateShape, dateShape, shapeOf } from "./time-shape.ts";

/** More texts that differ in other things than digits are not times. */
const MOST_TEXTS = 20_000;

export interface ShapeRows {
  readonly shape: string;
  readonly count: number;
  /** The first row of the shape, from 0, and its text. */
  readonly first: number;
  readonly example: string;
}

export interface DateRows extends ShapeRows {
  readonly of: DateShape;
}

export interface ColumnShapes {
  readonly numbers: readonly ShapeRows[];
  readonly dates: readonly DateRows[];
}

/** @throws InputError for times of day without a date, and for a column that holds texts of another kind. */
export async function columnShapes(cells: TimeCells): Promise<ColumnShapes> {
  const numbers: ShapeRows[] = [];
  const dates: DateRows[] = [];
  for (const [rows, texts] of await countShapes(cells)) {
    if (texts.every((text) => MISSING_WORDS.includes(text.toLowerCase()))) continue;
    const isExponent = texts.every((text) => /^[^a-z]*(e[^a-z]*)?$/i.test(text));
    const of = isExponent && isNumberShape(rows.shape) ? "number" : dateShape(rows.shape, texts);
    if (of === "number") numbers.push(rows);
    else if (of === "clock") throw await clockAlone(cells, rows);
    // What is no time is found row by row when all are read.
    else if (of !== undefined) dates.push({ ...rows, of });
  }
  const [clock] = numbers;
  if (numbers.length === 1 && dates.length === 0 && clock!.shape === "9999" && (await areClocks(cells))) {
    throw await clockAlone(cells, clock!);
  }
  return { numbers, dates };
}

async function countShapes({ database, table, where, column }: TimeCells): Promise<[ShapeRows, string[]][]> {
  const counted = await readRows(
    database,
    `SELECT translate(x, '0123456789', '9999999999') AS text, count(*), min(n), arg_min(x, n) FROM ${table}
     WHERE x IS NOT NULL GROUP BY text LIMIT ${MOST_TEXTS + 1}`,
  );
  if (counted.length > MOST_TEXTS) {
    const found = `more than ${MOST_TEXTS} kinds of texts in "${column}"`;
    throw new InputError({ where, found, expected: "times", todo: "Name another column with --timestamp." });
  }
  const shapes = new Map<string, [ShapeRows, string[]]>();
  for (const [text, count, first, example] of counted) {
    const rows = { count: Number(count), first: Number(first), example: String(example) };
    const shape = shapeOf(String(text));
    const [known, texts] = shapes.get(shape) ?? [undefined, []];
    shapes.set(shape, [merged(shape, known, rows), [...texts, String(text)]]);
  }
  return [...shapes.values()].sort(([a], [b]) => b.count - a.count);
}

function merged(shape: string, known: ShapeRows | undefined, rows: Omit<ShapeRows, "shape">): ShapeRows {
  if (known === undefined) return { shape, ...rows };
  const earlier = known.first < rows.first ? known : rows;
  return { shape, count: known.count + rows.count, first: earlier.first, example: earlier.example };
}

/** `0644` to `2359`: four digits, some with a zero in front, all of them hours and minutes. */
async function areClocks({ database, table }: TimeCells): Promise<boolean> {
  const [row] = await readRows(
    database,
    `SELECT count(*) FILTER (x LIKE '0%' AND x <> '0000'), count(*) FILTER (x > '2359' OR substr(x, 3) > '59')
     FROM ${table} WHERE s = '9999'`,
  );
  return Number(row![0]) > 0 && Number(row![1]) === 0;
}

async function clockAlone(cells: TimeCells, { first, example }: ShapeRows): Promise<InputError> {
  const { where, line } = await cells.place(first);
  const found = `"${example}" in "${cells.column}", a time of day without its date`;
  const todo = "Name the column of the date with --timestamp.";
  return new InputError({ where, line, found, expected: "a date and a time", todo });
}
