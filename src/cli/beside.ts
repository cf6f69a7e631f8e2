// Options that have a meaning beside another one alone. Only what is typed is refused: the environment and settings
// files speak for several command lines, of which some have that other option and some have not.
import { UsageError } from "../base/errors.ts";
import type { CommandContext } from "./command.ts";
import { kebab } from "./fields.ts";

/** Options that are read where `flag` is given. */
export interface Beside {
  readonly flag: string;
  readonly isGiven: boolean;
  /** Keys of the options that nothing reads otherwise. */
  readonly options: readonly string[];
}

/** @throws UsageError naming every option that was typed without the one beside which it is read. */
export function refuseUnread({ typed }: Pick<CommandContext, "typed">, all: readonly Beside[]): void {
  const unread = all.flatMap(({ flag, isGiven, options }) =>
    isGiven ? [] : options.filter((key) => typed.has(key)).map((key) => sentence(`--${kebab(key)}`, flag)),
  );
  if (unread.length > 0) throw new UsageError(unread.join("\n"));
}

/** @throws UsageError naming every option of `unread` that was typed beside `flag`, where nothing reads it. */
export function refuseIdle({ typed }: Pick<CommandContext, "typed">, flag: string, unread: readonly string[]): void {
  const idle = unread.filter((key) => typed.has(key)).map((key) => `--${kebab(key)}`);
  if (idle.length > 0)
    throw new UsageError(idle.map((each) => `${each} is not read beside ${flag}: leave one of them out.`).join("\n"));
}

function sentence(option: string, flag: string): string {
  return `${option} is read beside ${flag} alone: add ${flag}, or leave ${option} out.`;
}
