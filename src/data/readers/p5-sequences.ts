import { InputError } from "../../base/errors.ts";
import { readLines } from "../sources/text-lines.ts";

export interface P5Sequences {
  /** The file's user numbers, in file order. */
  readonly userNumbers: readonly number[];
  /** The file's item numbers, in order of first appearance. */
  readonly itemNumbers: readonly number[];
  /** Per user, positions in `itemNumbers`. */
  readonly sequences: readonly Int32Array[];
}

const EXPECTED = "a user number followed by at least 3 item numbers, separated by spaces";

/** Read `user item item item ...` lines. @throws InputError for the first line that breaks the form. */
export async function readP5Sequences(file: string): Promise<P5Sequences> {
  const lineOfUser = new Map<number, number>();
  const positionOf = new Map<number, number>();
  const sequences: Int32Array[] = [];
  let line = 0;
  for await (const text of readLines(file)) {
    line++;
    const [user, ...items] = parseNumbers(text, file, line);
    if (user === undefined || items.length < 3) throw shortLine(file, line, items.length);
    const earlier = lineOfUser.get(user);
    if (earlier !== undefined) {
      const found = `user ${user}, who stands on line ${earlier} already`;
      throw new InputError({
        where: file,
        line,
        found,
        expected: "one line a user",
        todo: "Join or remove the lines.",
      });
    }
    lineOfUser.set(user, line);
    checkRepeats(items, file, line);
    sequences.push(Int32Array.from(items, (item) => numbered(positionOf, item)));
  }
  if (line === 0) {
    throw new InputError({ where: file, found: "an empty file", expected: EXPECTED, todo: "Fetch the file again." });
  }
  return { userNumbers: [...lineOfUser.keys()], itemNumbers: [...positionOf.keys()], sequences };
}

function numbered(positionOf: Map<number, number>, item: number): number {
  let position = positionOf.get(item);
  if (position === undefined) {
    position = positionOf.size;
    positionOf.set(item, position);
  }
  return position;
}

/** Whole numbers from 1 of one line. @throws InputError naming the first word that is none. */
export function parseNumbers(text: string, file: string, line: number): number[] {
  const words = text.trim().split(/\s+/);
  return words.map((word, k) => {
    const number = /^[0-9]{1,9}$/.test(word) ? Number(word) : 0;
    if (number > 0) return number;
    const found = words.length === 1 && word === "" ? "an empty line" : `"${word}" as number ${k + 1}`;
    const todo = "Mend the line; the file may be cut short or of another format.";
    throw new InputError({ where: file, line, found, expected: "whole numbers from 1", todo });
  });
}

function shortLine(file: string, line: number, items: number): InputError {
  const todo = "Remove the user, or fetch the file again if it was cut short.";
  return new InputError({ where: file, line, found: `${items} item numbers`, expected: EXPECTED, todo });
}

function checkRepeats(items: readonly number[], file: string, line: number): void {
  const seen = new Set<number>();
  for (const item of items) {
    if (seen.has(item)) {
      const todo = "Keep the first occurrence only.";
      throw new InputError({ where: file, line, found: `item ${item} twice`, expected: "no repeated item", todo });
    }
    seen.add(item);
  }
}
