import { describe, expect, test } from "vitest";
import type { Command } from "../../src/cli/command.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { fieldsOf } from "../../src/cli/fields.ts";
import { parseArguments, RESERVED_KEYS } from "../../src/cli/program.ts";
import { gatherSettings, validateSettings } from "../../src/cli/settings.ts";

const title = ({ path }: Command) => path.join(" ");

test("no two commands share a name", () => {
  expect(new Set(commands.map(title)).size).toBe(commands.length);
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
