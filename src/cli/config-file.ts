// Settings files: YAML or JSON, options at the top level for every command that has them, or in a section named after
// one command (`train:`, `data-import:`), which wins. Options whose name means different things stand in sections only.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { InputError, nearest } from "../base/errors.ts";
import { packageFile } from "../base/product-files.ts";
import { isDenied } from "../base/system-errors.ts";
import { parseYaml } from "../base/yaml.ts";
import type { Command } from "./command.ts";
import { fieldsOf, kebab, MEANS_MANY_THINGS } from "./fields.ts";

/** Option values for one command by schema key, as the file gives them (not yet validated). */
export type FileValues = ReadonlyMap<string, unknown>;

/**
 * Read the values in `path` that concern `command`. Keys may be written `kCore` or `k-core`.
 * @throws InputError when the file cannot be read or parsed, has a key that no command knows, or has one at the top
 *   level that means different things in different commands.
 */
export async function readConfigFile(
  path: string,
  command: Command,
  commands: readonly Command[],
): Promise<FileValues> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    const found = isDenied(cause) ? "a file that may not be read" : "no readable file";
    const todo = shippedExample(path);
    throw new InputError({ where: path, found, expected: "settings in YAML or JSON", todo }, { cause });
  });
  return selectValues(path, parseSettings(path, text), command, commands);
}

/** Where the package has the example that `examples/x.yaml` names for readers of the documentation. */
function shippedExample(path: string): string | undefined {
  if (!/^(\.[/\\])?examples[/\\]/.test(path)) return undefined;
  const shipped = packageFile(path.replaceAll("\\", "/"));
  return existsSync(shipped) ? `The package has it: --config ${shipped}` : undefined;
}

function parseSettings(path: string, text: string): Readonly<Record<string, unknown>> {
  let content: unknown;
  try {
    content = parseYaml(text) ?? {};
  } catch (cause) {
    throw new InputError(
      { where: path, found: (cause as Error).message, expected: "valid YAML or JSON" },
      { cause: (cause as Error).cause },
    );
  }
  return asRecord(path, content);
}

function asRecord(where: string, content: unknown): Readonly<Record<string, unknown>> {
  if (typeof content === "object" && content !== null && !Array.isArray(content)) {
    return content as Readonly<Record<string, unknown>>;
  }
  throw new InputError({ where, found: JSON.stringify(content), expected: "option names with their values" });
}

function selectValues(
  path: string,
  content: Readonly<Record<string, unknown>>,
  command: Command,
  commands: readonly Command[],
): FileValues {
  const everywhere = new Set(commands.flatMap((each) => keysOf(each)));
  const sections = new Map(commands.map((each) => [each.path.join("-"), each]));
  const own = new Set(keysOf(command));
  const values = new Map<string, unknown>();
  const inSection = new Map<string, unknown>();
  const wordy = [...everywhere].map(kebab).concat(...sections.keys());
  for (const [name, value] of Object.entries(content)) {
    if (sections.has(name) && !everywhere.has(camel(name))) continue;
    if (!everywhere.has(camel(name))) throw unknownKey(path, name, wordy);
    if (!own.has(camel(name))) continue;
    if (MEANS_MANY_THINGS.has(camel(name))) throw ambiguous(path, name, command);
    set(path, values, name, value);
  }
  const section = command.path.join("-");
  if (!own.has(camel(section)) && content[section] !== undefined) {
    for (const [name, value] of Object.entries(asRecord(`${path}: ${section}`, content[section]))) {
      if (!own.has(camel(name))) throw unknownKey(`${path}: ${section}`, name, [...own].map(kebab));
      set(`${path}: ${section}`, inSection, name, value);
    }
  }
  return new Map([...values, ...inSection]);
}

/** `kCore` and `k-core` are one key. */
function set(where: string, values: Map<string, unknown>, name: string, value: unknown): void {
  const key = camel(name);
  if (values.has(key)) {
    const found = `the key "${kebab(key)}" twice (as "${name}" and in its other spelling)`;
    throw new InputError({ where, found, expected: "each option once" });
  }
  values.set(key, value);
}

function keysOf(command: Command): readonly string[] {
  return fieldsOf(command.options).map((field) => field.key);
}

function camel(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function ambiguous(where: string, name: string, command: Command): InputError {
  const section = command.path.join("-");
  return new InputError({
    where,
    found: `the key "${name}" at the top level`,
    expected: "such a key in the section of one command, for it means something else in another",
    todo: `Write ${section}: { ${name}: ... }.`,
  });
}

function unknownKey(where: string, name: string, known: readonly string[]): InputError {
  const near = nearest(name, known);
  return new InputError({
    where,
    found: `the key "${name}"`,
    expected: "the name of an option or command",
    todo: near && `Did you mean "${near}"?`,
  });
}
