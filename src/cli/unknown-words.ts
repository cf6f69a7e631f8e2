// Refusals of words that nobody knows, with the nearest known one.
import type { CommanderError, Command as Program } from "commander";
import { didYouMean, UsageError } from "../base/errors.ts";

/** @throws UsageError when `argv` names a command that `root` does not have. */
export function requireKnownCommand(root: Program, argv: readonly string[]): void {
  const { program, rest } = descend(root, argv);
  const word = rest[0];
  // A command that takes words of its own may have commands below it: `reason DIR` and `reason show`.
  if (program.registeredArguments.length > 0) return;
  if (program.commands.length === 0 || word === undefined || word.startsWith("-")) return;
  const names = program.commands.map((each) => each.name());
  throw new UsageError(
    `unknown command "${[...pathOf(program), word].join(" ")}". ${hint(word, names)}${help(program)}`,
  );
}

/** Commander's refusal in our words. */
export function usageError(error: CommanderError, root: Program, argv: readonly string[]): UsageError {
  const { program } = descend(root, argv);
  const name = ["isrf", ...pathOf(program)].join(" ");
  if (error.code !== "commander.unknownOption") {
    return new UsageError(`${name}: ${error.message.replace(/^error: /, "").replace(/\.$/, "")}. ${help(program)}`);
  }
  const word = /'([^'=]*)/.exec(error.message)?.[1] ?? "";
  const flags = program.options.flatMap(({ long }) => long ?? []);
  return new UsageError(`${name}: unknown option ${word}. ${hint(word, flags)}${help(program)}`);
}

/** The deepest command that `argv` names, and the words after its name. */
function descend(
  root: Program,
  argv: readonly string[],
): { readonly program: Program; readonly rest: readonly string[] } {
  const child = root.commands.find((each) => each.name() === argv[0]);
  return child === undefined ? { program: root, rest: argv } : descend(child, argv.slice(1));
}

function pathOf(program: Program): readonly string[] {
  return program.parent === null ? [] : [...pathOf(program.parent), program.name()];
}

function hint(word: string, known: readonly string[]): string {
  const words = didYouMean(word, known);
  return words === "" ? "" : `${words.trimStart()} `;
}

function help(program: Program): string {
  return `"${["isrf", ...pathOf(program)].join(" ")} --help" lists what there is.`;
}
