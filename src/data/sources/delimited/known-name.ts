import type { Meaning } from "../../columns/meanings.ts";
import { nameScore } from "../../columns/name-rules.ts";

const MEANINGS: readonly Meaning[] = [
  "user",
  "item",
  "timestamp",
  "rating",
  "event",
  "quantity",
  "title",
  "brand",
  "price",
  "categories",
  "description",
];
/** Below this a word may as well be a value. */
const SURE = 0.85;
const LONGEST_NAME = 40;

/** Whether a cell is what shops call a column. */
export function isKnownName(cell: string): boolean {
  const mayBe = cell.length <= LONGEST_NAME && /\p{L}/u.test(cell);
  return mayBe && MEANINGS.some((meaning) => nameScore(meaning, cell, true) >= SURE);
}
