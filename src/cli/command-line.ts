// A command line put together again: to be shown, copied and typed.

import { shellWord } from "../base/shell-word.ts";
import { shownAddress } from "../data/sources/elsewhere/address.ts";
import { shownAddress as shownQueue } from "../jobs/index.ts";
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
  return [programName(environment), ...words.map(shellWord)].join(" ");
}

/**
 * The line that was typed, for records that others read: without names and passwords of addresses.
 * @throws UsageError for an address of a queue that is none.
 */
export function typedLine(words: readonly string[], environment: Readonly<Record<string, string | undefined>>): string {
  return lineOf(words.map(shownWord), environment);
}

/** Also where an address stands behind its flag: `--queue=redis://10.0.0.5`. */
function shownWord(word: string): string {
  const [, flag = "", value = ""] = /^(--[\w-]+=)?(.*)$/s.exec(word)!;
  return `${flag}${/^rediss?:/.test(value) ? shownQueue(value) : shownAddress(value)}`;
}

/** npx puts no program on the path: who came by it goes on by it. */
function programName({ npm_command: command }: Readonly<Record<string, string | undefined>>): string {
  return command === "exec" ? "npx isrf" : "isrf";
}
