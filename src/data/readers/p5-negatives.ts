import { InputError } from "../../base/errors.ts";
import { NEGATIVES_PER_USER } from "../draw-candidates.ts";
import { readLines } from "../sources/text-lines.ts";
import { type P5Sequences, parseNumbers } from "./p5-sequences.ts";

/**
 * Published test negatives, `user neg neg ...`, as item positions by user position.
 * @throws InputError unless every user has one line of 99 distinct known items outside the own sequence.
 */
export async function readP5Negatives(file: string, sequences: P5Sequences): Promise<Int32Array[]> {
  const userPosition = new Map(sequences.userNumbers.map((number, position) => [number, position]));
  const itemPosition = new Map(sequences.itemNumbers.map((number, position) => [number, position]));
  const lists: (Int32Array | undefined)[] = new Array(sequences.userNumbers.length).fill(undefined);
  let line = 0;
  for await (const text of readLines(file)) {
    line++;
    const [user, ...negatives] = parseNumbers(text, file, line);
    const bad = (found: string) => badNegatives(file, line, found);
    const position = userPosition.get(user!);
    if (position === undefined) throw bad(`user ${user}, who is not in sequential.txt`);
    if (lists[position] !== undefined) throw bad(`user ${user} for the second time`);
    if (negatives.length !== NEGATIVES_PER_USER) throw bad(`${negatives.length} items`);
    lists[position] = checkedList(negatives, itemPosition, sequences.sequences[position]!, bad);
  }
  if (line === 0) throw badNegatives(file, undefined, "an empty file");
  const missing = lists.indexOf(undefined);
  if (missing !== -1) {
    throw badNegatives(file, undefined, `${line} lines and none for user ${sequences.userNumbers[missing]}`);
  }
  return lists as Int32Array[];
}

function checkedList(
  negatives: readonly number[],
  itemPosition: ReadonlyMap<number, number>,
  owned: Int32Array,
  bad: (found: string) => InputError,
): Int32Array {
  const seen = new Set<number>(owned);
  return Int32Array.from(negatives, (number) => {
    const item = itemPosition.get(number);
    if (item === undefined) throw bad(`item ${number}, which is not in sequential.txt`);
    if (seen.has(item)) throw bad(`item ${number} ${owned.includes(item) ? "of the user's own sequence" : "twice"}`);
    seen.add(item);
    return item;
  });
}

function badNegatives(file: string, line: number | undefined, found: string): InputError {
  return new InputError({
    where: file,
    line,
    found,
    expected: `one line a user: the user and ${NEGATIVES_PER_USER} distinct items that are not the user's`,
    todo: "Fetch the file again, or remove it to draw negatives anew.",
  });
}
