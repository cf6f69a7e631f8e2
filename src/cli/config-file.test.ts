import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { type Command, defineCommand } from "./command.ts";
import { readConfigFile } from "./config-file.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "isrf-config-"));
});
afterAll(() => rm(directory, { recursive: true }));

function command(path: string[], options: z.ZodRawShape): Command {
  return defineCommand({
    path,
    summary: "",
    description: "",
    examples: [],
    arguments: [],
    options: z.object(options),
    run: async () => ({ json: null, text: "" }),
  });
}

const train = command(["train"], { batchSize: z.number().default(1), seed: z.number().default(1) });
const synth = command(["data", "synth"], { seed: z.number().default(1), users: z.number().default(1) });
const all = [train, synth];

async function read(text: string, target = train) {
  const path = join(directory, "settings.yaml");
  await writeFile(path, text);
  return Object.fromEntries(await readConfigFile(path, target, all));
}

test("takes keys in kebab-case and camelCase", async () => {
  expect(await read("batch-size: 4\nseed: 7")).toEqual({ batchSize: 4, seed: 7 });
  expect(await read('{"batchSize": 4}')).toEqual({ batchSize: 4 });
});

test("leaves out what concerns other commands only", async () => {
  expect(await read("users: 4\nseed: 7")).toEqual({ seed: 7 });
});

test("a section of the command wins over the top level", async () => {
  const text = "seed: 7\ndata-synth: { seed: 8 }\ntrain: { batch-size: 2 }";
  expect(await read(text)).toEqual({ seed: 7, batchSize: 2 });
  expect(await read(text, synth)).toEqual({ seed: 8 });
});

test("a key that means different things in different commands stands in a section", async () => {
  await expect(read("users: 4", synth)).rejects.toThrow(
    /found the key "users" at the top level.*Write data-synth: { users: ... }/,
  );
  expect(await read("data-synth: { users: 4 }", synth)).toEqual({ users: 4 });
});

test("an empty file sets nothing", async () => {
  expect(await read("")).toEqual({});
});

test.each([
  ["batch-sise: 4", /found the key "batch-sise".*Did you mean "batch-size"/],
  ["train: { users: 3 }", /train: found the key "users"/],
  ["train: 3", /train: found 3, expected option names/],
  ["- a", /found \["a"\]/],
  ["a: [", /expected valid YAML or JSON/],
  ["seed: &a [*a]", /found a value that holds itself, expected valid YAML or JSON/],
  ["seed: !!js/function 'f'", /found Unresolved tag.*expected valid YAML or JSON/],
])("refuses %s", async (text, message) => {
  await expect(read(text)).rejects.toThrow(message);
  await expect(read(text)).rejects.toBeInstanceOf(InputError);
});

test("says where the package has an example that the reader's folder lacks", async () => {
  const before = process.cwd();
  process.chdir(directory);
  try {
    await expect(readConfigFile("examples/paper.yaml", train, all)).rejects.toThrow(
      /examples\/paper.yaml: found no readable file.*The package has it: --config .*examples\/paper\.yaml/s,
    );
  } finally {
    process.chdir(before);
  }
});

test("names a file that is not there", async () => {
  await expect(readConfigFile("/nowhere/s.yaml", train, all)).rejects.toThrow(
    "/nowhere/s.yaml: found no readable file",
  );
});
