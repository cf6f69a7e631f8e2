import { describe, expect, test } from "vitest";
import type { Command } from "../../src/cli/command.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { type Field, fieldsOf, MEANS_MANY_THINGS } from "../../src/cli/fields.ts";
import { parseArguments, RESERVED_KEYS } from "../../src/cli/program.ts";
import { gatherSettings, validateSettings } from "../../src/cli/settings.ts";
import { shell } from "../support/shell.ts";

const title = ({ path }: Command) => path.join(" ");

test("no two commands share a name", () => {
  expect(new Set(commands.map(title)).size).toBe(commands.length);
});

/** Options that mean the same with fewer choices in some commands. */
const NARROWER: ReadonlySet<string> = new Set(["encoder", "systems", "task"]);

/** What a value must look like: `text[]`, `number`, `text of csv, jsonl`. */
function formOf({ kind, isList, takesOne, choices }: Field): string {
  const of = choices.length === 0 ? "" : ` of ${[...choices].sort().join(", ")}`;
  return `${kind}${isList && !takesOne ? "[]" : ""}${of}`;
}

test("an option whose values differ from command to command is never set for all of them at once", () => {
  const forms = new Map<string, Set<string>>();
  for (const field of commands.flatMap(({ options }) => fieldsOf(options)))
    forms.set(field.key, (forms.get(field.key) ?? new Set()).add(formOf(field)));
  const differing = [...forms].filter(([key, each]) => each.size > 1 && !NARROWER.has(key)).map(([key]) => key);
  expect(differing.filter((key) => !MEANS_MANY_THINGS.has(key))).toEqual([]);
  const common = (key: string) => commands.filter(({ options }) => key in options.shape).length > 1;
  expect([...MEANS_MANY_THINGS].filter((key) => !common(key))).toEqual([]);
});

test("what lists all of one thing takes out nothing of another", async () => {
  const { code, stderr } = await shell("items remove nowhere", commands, { environment: { ISRF_ALL: "1" } });
  expect(stderr).toContain(
    "--all means different things in different commands. For this one set ISRF_ITEMS_REMOVE_ALL",
  );
  expect(code).toBe(2);
});

describe.each(commands.map((command) => [title(command), command] as const))("isrf %s", (name, command) => {
  test("leaves the shell's own options alone and describes each of its own", () => {
    for (const { key, description } of fieldsOf(command.options)) {
      expect(RESERVED_KEYS, key).not.toContain(key);
      expect(description, key).not.toBe("");
    }
  });

  test("has examples that parse as they stand", async () => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) await requireValid(name, example, command);
  });
});

async function requireValid(name: string, example: string, command: Command): Promise<void> {
  const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!);
  expect(words.slice(0, command.path.length + 1).join(" ")).toBe(`isrf ${name}`);
  const parsed = await parseArguments(words.slice(1), commands);
  if (parsed.kind !== "run") throw new Error(`${example}: prints a text and runs nothing`);
  const { words: given, flags } = parsed.invocation;
  for (const { name: argument, required } of command.arguments) {
    if (required) expect(given[argument], `${example}: <${argument}>`).toBeDefined();
  }
  validateSettings(command, gatherSettings(command, { flags, environment: {} }));
}
