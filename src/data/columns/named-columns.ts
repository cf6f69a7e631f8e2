// Columns as the user names them.
import { didYouMean, UsageError } from "../../base/errors.ts";
import { columnNamed, nameList, type TableSource } from "../sources/table-source.ts";

/** What a user writes for "the table has no such column". */
const NONE = "none";

export interface NamedColumn {
  readonly name: string | undefined;
}

/**
 * The column of `source` that `word` names.
 * @throws UsageError when there is none; it lists the columns and the nearest.
 */
export function requireColumn(word: string, flag: string, source: TableSource): string {
  const found = columnNamed(source, word);
  if (found !== undefined) return found;
  const { name: file, columns, nested } = source;
  const inside = nested?.get(word) ?? [];
  if (inside.length > 0) {
    const names = inside.map((name) => `${flag} ${name}`).join(" or ");
    throw new UsageError(
      `${flag} ${word}: in ${file} "${word}" holds objects, not values. Name a field inside: ${names}.`,
    );
  }
  const known = nameList(columns);
  const near = didYouMean(
    word.toLowerCase(),
    columns.map((name) => name.toLowerCase()),
  );
  throw new UsageError(`${flag} ${word}: ${file} has no such column. It has ${known}.${near}`);
}

/** The column named by the option; `none` where the user says that there is none; undefined where nothing is said. */
export function namedColumn(word: string | undefined, flag: string, source: TableSource): NamedColumn | undefined {
  if (word === undefined) return undefined;
  if (word === NONE && columnNamed(source, word) === undefined) return { name: undefined };
  return { name: requireColumn(word, flag, source) };
}
