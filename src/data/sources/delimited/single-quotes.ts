import type { Dialect } from "./dialect.ts";

/** Whether single quotation marks enclose the cells: every cell of some column, the header aside. */
export function isSingleQuoted(sample: string, { delimiter }: Dialect): boolean {
  const lines = sample
    .split(/\r\n?|\n/, 500)
    .filter((line) => line.includes(delimiter))
    .slice(1);
  if (lines.length === 0 || !sample.includes("'")) return false;
  const isEnclosed = (cell: string) => /^\s*'.*'\s*$/.test(cell);
  const first = lines.map((line) => line.split(delimiter)[0]!);
  const last = lines.map((line) => line.split(delimiter).at(-1)!);
  return [first, last].some((cells) => cells.filter(isEnclosed).length >= 0.95 * cells.length);
}
