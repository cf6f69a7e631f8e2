// Whether the first line of a table names its columns, decided from the cells below it.
import { isKnownName } from "./known-name.ts";

const NUMBER = /^[-+]?(\d+([.,]\d*)*|[.,]\d+)(e[-+]?\d+)?$/i;
const DATE = /^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T]\d.*)?$|^\d{1,2}:\d{2}(:\d{2})?$/;
/** Of the cells of a column that must agree. */
const MOST = 0.95;

export type HeaderVerdict = "yes" | "no" | "unclear";

/** @param rows the first record and those below it, as many as were looked at. */
export function judgeHeader([first, ...rows]: readonly (readonly string[])[]): HeaderVerdict {
  if (first === undefined) return "unclear";
  if (isNumbering(first)) return "yes";
  const names = first.filter(isKnownName).length;
  const values = first.filter(isValue).length;
  if (names > 1 || (names > 0 && values === 0)) return "yes";
  if (values > 0) return names > 0 ? "unclear" : "no";
  if (rows.length === 0) return "yes";
  const votes = first.map((cell, column) =>
    vote(
      cell,
      rows.map((row) => row[column] ?? "").filter((each) => each !== ""),
    ),
  );
  const [yes, no] = [votes.filter((each) => each > 0).length, votes.filter((each) => each < 0).length];
  if (yes > 0 && no === 0) return "yes";
  return no > 0 && yes === 0 ? "no" : "unclear";
}

/** pandas numbers columns without names: `0,1,2,3`, after a blank one for the index. */
function isNumbering(cells: readonly string[]): boolean {
  const numbers = cells[0] === "" ? cells.slice(1) : cells;
  return numbers.length > 1 && numbers.every((cell, index) => cell === String(index));
}

export function isValue(cell: string): boolean {
  return NUMBER.test(cell) || DATE.test(cell);
}

/** Above 0: the cell names the column; below 0: it is one of its values; 0: nothing tells. */
function vote(cell: string, column: readonly string[]): number {
  if (cell === "" || column.length === 0) return 0;
  if (share(column, isValue) >= MOST) return 1;
  if (column.includes(cell)) return -1;
  // Values of such a column come back; this one does not.
  if (column.length >= 8 && new Set(column).size <= column.length / 2) return 1;
  const hasDigit = (each: string) => /\d/.test(each);
  if (share(column, hasDigit) < MOST) return 0;
  if (!hasDigit(cell)) return 1;
  const shapes = new Set(column.map(shapeOf));
  return shapes.has(shapeOf(cell)) ? -1 : 0;
}

/** `P101` and `Q7` have one shape. */
function shapeOf(cell: string): string {
  return cell.replace(/\p{L}+/gu, "a").replace(/\d+/g, "9");
}

function share(cells: readonly string[], test: (cell: string) => boolean): number {
  return cells.filter(test).length / cells.length;
}
