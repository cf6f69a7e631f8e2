// The command tree as commander understands it, generated from the table. Values are taken as words; settings.ts
// makes them into values.
import { CommanderError, Option, Command as Program } from "commander";
import { UsageError } from "../base/errors.ts";
import { productVersion } from "../base/product-version.ts";
import type { Command } from "./command.ts";
import { type Field, fieldsOf } from "./fields.ts";
import { flagOptions } from "./flag-options.ts";
import { requireKnownCommand, usageError } from "./unknown-words.ts";

export interface GlobalFlags {
  readonly json: boolean | undefined;
  readonly quiet: boolean | undefined;
  readonly printConfig: boolean;
  readonly config: string | undefined;
}

/** What the user typed for one command. */
export interface Invocation {
  readonly command: Command;
  readonly words: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly flags: ReadonlyMap<string, string | boolean | readonly string[]>;
  readonly globals: GlobalFlags;
}

/** Either something to run or a text that was asked for (help, version). */
export type Parsed =
  | { readonly kind: "run"; readonly invocation: Invocation }
  | { readonly kind: "text"; readonly text: string };

/** What groups of commands are about. */
const GROUPS: Readonly<Record<string, string>> = {
  data: "read, make, append to, split, measure and audit datasets",
  items: "add items that came after training, list them, take them out again",
  jobs: "look after the jobs of a store, for workers on this or any machine",
  study: "train and compare many systems, and draw the paper's tables and figures",
};

/** Options of the shell itself; no command may use these keys. */
export const RESERVED_KEYS = ["json", "quiet", "config", "printConfig", "help", "version"] as const;

/** @throws UsageError for unknown words, naming the nearest known one, and for missing or surplus arguments. */
export async function parseArguments(typed: readonly string[], commands: readonly Command[]): Promise<Parsed> {
  const argv =
    typed[0] === "help" ? [...typed.slice(1), "--help"] : typed.includes("--version") ? ["--version"] : typed;
  let invocation: Invocation | undefined;
  const printed: string[] = [];
  const root = buildTree(commands, (found) => (invocation = found));
  forEachProgram(root, (program) =>
    program.exitOverride().configureOutput({ writeOut: (text) => printed.push(text), writeErr: () => {} }),
  );
  requireKnownCommand(root, argv);
  try {
    await root.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error, root, argv);
  }
  return invocation === undefined ? { kind: "text", text: printed.join("").trimEnd() } : { kind: "run", invocation };
}

function buildTree(commands: readonly Command[], onInvocation: (invocation: Invocation) => void): Program {
  const root = new Program("isrf").description(
    "Generative recommendation that reasons from individual to group interests.",
  );
  root.version(productVersion(), "--version", "print the version").helpOption("--help", "show this help");
  root.enablePositionalOptions().action(() => root.help());
  // Arguments in lists of commands would show as optional, which they are for commander alone.
  root.configureHelp({ subcommandTerm: (child) => child.name() });
  for (const command of commands) {
    const parent = command.path.slice(0, -1).reduce(groupOf, root);
    const leaf = parent.command(command.path.at(-1)!);
    configureLeaf(leaf, command, onInvocation);
  }
  return root;
}

function groupOf(parent: Program, name: string): Program {
  const existing = parent.commands.find((each) => each.name() === name);
  if (existing !== undefined) return existing;
  const group = parent
    .command(name)
    .description(GROUPS[name] ?? `commands of ${name}`)
    .helpOption("--help", "show this help");
  return group.action(() => group.help());
}

function configureLeaf(leaf: Program, command: Command, onInvocation: (invocation: Invocation) => void): void {
  leaf.summary(command.summary).description(paragraphs(command.description)).helpOption("--help", "show this help");
  for (const { name, description, required, variadic } of command.arguments) {
    // All optional for commander: `--print-config` needs no arguments, and our own sentence says what is missing.
    leaf.argument(`[${name}${variadic === true ? "..." : ""}]`, required ? description : `${description} (optional)`);
  }
  leaf.usage(`${command.arguments.map(usageWord).join(" ")}${command.arguments.length > 0 ? " " : ""}[options]`);
  // `reason show --json`: options behind a command's name are that command's, where the one above has such, too.
  leaf.enablePositionalOptions();
  const fields = fieldsOf(command.options);
  for (const field of fields) for (const option of flagOptions(field)) leaf.addOption(option);
  addGlobalOptions(leaf);
  refuseRepeats(leaf, new Set(fields.filter(({ isList }) => isList).map(({ flag }) => flag)));
  leaf.addHelpText("after", `\nExamples:\n${command.examples.map((example) => `  ${example}`).join("\n")}`);
  leaf.action(() => onInvocation(readInvocation(leaf, command, fields)));
}

/** Line breaks in source are for its readers; only empty lines separate paragraphs. */
function paragraphs(text: string): string {
  return text.replace(/([^\n])\n(?!\n)/g, "$1 ");
}

function usageWord({ name, required, variadic }: Command["arguments"][number]): string {
  const word = variadic === true ? `${name}...` : name;
  return required ? `<${word}>` : `[${word}]`;
}

/** What is read once may be given once: of two values one would be lost without a word. */
function refuseRepeats(leaf: Program, lists: ReadonlySet<string>): void {
  const given = new Map<string, string>();
  for (const option of leaf.options) {
    const flag = option.long!;
    if (lists.has(flag)) continue;
    leaf.on(`option:${option.name()}`, (value: string | null) => {
      const key = option.attributeName();
      const typed = value === null || value === undefined ? flag : `${flag} ${value}`;
      const earlier = given.get(key);
      given.set(key, typed);
      if (earlier === undefined) return;
      throw new UsageError(`${flag} is given more than once (${earlier}, ${typed}), and read once. Give it once.`);
    });
  }
}

function addGlobalOptions(leaf: Program): void {
  const shared = [
    new Option("--config <FILE>", "read settings from a YAML or JSON file"),
    new Option("--print-config", "print each setting with its origin, and run nothing"),
    new Option("--json", "print one JSON value as the last line of stdout, and nothing else there"),
    new Option("--quiet", "no progress on stderr, warnings only"),
  ];
  for (const option of shared) leaf.addOption(option.helpGroup("Options of every command:"));
}

function readInvocation(leaf: Program, command: Command, fields: readonly Field[]): Invocation {
  const given = leaf.opts<Record<string, unknown>>();
  const flags = new Map<string, string | boolean | readonly string[]>();
  for (const field of fields) {
    const key = new Option(field.flag).attributeName();
    const isTyped = leaf.getOptionValueSource(key) === "cli";
    if (isTyped) flags.set(field.key, given[key] as string | boolean | readonly string[]);
  }
  const words = Object.fromEntries(
    command.arguments.map(({ name }, i) => [name, leaf.processedArgs[i] as string | undefined]),
  );
  const globals = given as unknown as GlobalFlags;
  return { command, words, flags, globals: { ...globals, printConfig: globals.printConfig === true } };
}

function forEachProgram(program: Program, visit: (program: Program) => void): void {
  visit(program);
  for (const child of program.commands) forEachProgram(child, visit);
}
