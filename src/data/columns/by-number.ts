// Columns that a person names by their number in the file, or by the name in the file where the table calls them
// otherwise.
import { columnNamed, type TableSource } from "../sources/table-source.ts";
import type { FactOptions } from "./meanings.ts";

export const FACT_KEYS: readonly (keyof FactOptions)[] = [
  "title",
  "brand",
  "price",
  "categories",
  "description",
  "ignore",
];

/** `options` with the table's own names in `keys`; words that name no column stay, for others to refuse. */
export function inTableNames<O extends object>(
  source: Pick<TableSource, "columns" | "positions">,
  options: O,
  keys: readonly (keyof O)[],
): O {
  const named = (word: unknown) => (typeof word === "string" ? (columnNamed(source, word) ?? word) : word);
  const entries = keys.flatMap((key) => {
    const words: unknown = options[key];
    return words === undefined ? [] : [[key, Array.isArray(words) ? words.map(named) : named(words)] as const];
  });
  return { ...options, ...Object.fromEntries(entries) };
}
