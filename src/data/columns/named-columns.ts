// Columns as the user names them.
import { didYouMean, UsageError } from "../../base/errors.ts";

/** What a user writes for "the table has no such column". */
const NONE = "none";

/** Columns that hold objects, with the columns inside. */
type Nested = ReadonlyMap<string, readonly string[]> | undefined;

export interface NamedColumn {
  readonly name: string | undefined;
}

/**
 * The column of `columns` that `word` names, in any case where only one is so named.
 * @throws UsageError when there is none; it lists the columns and the nearest.
 */
export function requireColumn(
  word: string,
  flag: string,
  columns: readonly string[],
  file: string,
  nested?: Nested,
): string {
  const found = columnNamed(word, columns);
  if (found !== undefined) return found;
  const inside = nested?.get(word) ?? [];
  if (inside.length > 0) {
    const names = inside.map((name) => `${flag} ${name}`).join(" or ");
    throw new UsageError(
      `${flag} ${word}: in ${file} "${word}" holds objects, not values. Name a field inside: ${names}.`,
    );
  }
  const known = columns.join(", ");
  const near = didYouMean(
    word.toLowerCase(),
    columns.map((name) => name.toLowerCase()),
  );
  throw new UsageError(`${flag} ${word}: ${file} has no such column. It has ${known}.${near}`);
}

export function columnNamed(word: string, columns: readonly string[]): string | undefined {
  if (columns.includes(word)) return word;
  const alike = columns.filter((name) => name.toLowerCase() === word.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

/** The column named by the option; `none` where the user says that there is none; undefined where nothing is said. */
export function namedColumn(
  word: string | undefined,
  flag: string,
  columns: readonly string[],
  file: string,
  nested?: Nested,
): NamedColumn | undefined {
  if (word === undefined) return undefined;
  if (word === NONE && columnNamed(word, columns) === undefined) return { name: undefined };
  return { name: requireColumn(word, flag, columns, file, nested) };
}
