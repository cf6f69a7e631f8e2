// A command line put together again: to be shown, copied and typed.

import type { Command } from "./command.ts";
import { fieldsOf } from "./fields.ts";

/** The words of a command with its arguments and the options that were given, flags first named by the schema. */
export function wordsOf(
  { path, options }: Pick<Command, "path" | "options">,
  positional: readonly string[],
  values: Readonly<Record<string, unknown>>,
  given: ReadonlySet<string>,
): string[] {
  const flags = fieldsOf(options).flatMap(({ key, flag }) => {
    const value = values[key];
    if (!given.has(key) || value === undefined) return [];
    if (typeof value === "boolean") return [value ? flag : `--no-${flag.slice(2)}`];
    return [value].flat().flatMap((each) => [flag, String(each)]);
  });
  return [...path, ...positional, ...flags];
}

/** A line for a POSIX shell: `isrf recommend shop/run --user 'Ann & Bob'`. */
export function lineOf(words: readonly string[], environment: Readonly<Record<string, string | undefined>>): string {
  return [programName(environment), ...words.map(quoted)].join(" ");
}

/** npx puts no program on the path: who came by it goes on by it. */
function programName({ npm_command: command }: Readonly<Record<string, string | undefined>>): string {
  return command === "exec" ? "npx isrf" : "isrf";
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
