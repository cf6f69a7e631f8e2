import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { OUTPUTS } from "../../scripts/json-schemas.ts";
import { exists } from "../../src/base/files.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { shell } from "../support/shell.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import { type Case, readCase } from "./case.ts";
import { readBack } from "./read-back.ts";

const CASES = join(import.meta.dirname, "cases");
const UNFIT = [/\bSELECT\b|\bCREATE TABLE\b|duckdb|read_csv|read_json/i, /\n\s+at .*:\d+:\d+/, /[^\P{C}\n\t]/u];
const LONGEST_MESSAGE = 1500;

interface Outcome {
  readonly code: number;
  readonly said: string;
  readonly stdout: string;
  readonly out: string;
}

async function run({ import: imported, inspect }: Case, folder: string): Promise<Outcome> {
  const cwd = await temporaryDirectory();
  await cp(folder, cwd, { recursive: true });
  const out = join(cwd, "dataset.out");
  const names = new Set(await readdir(folder));
  const words = (inspect ?? imported!).map((word) => (names.has(word) ? join(cwd, word) : word));
  const line = inspect ? ["data", "inspect", ...words, "--json"] : ["data", "import", ...words, "--out", out];
  const { code, stdout, stderr } = await shell(line, commands);
  return { code, stdout, said: `${stderr}${stdout}`.replaceAll(`${cwd}/`, ""), out };
}

async function judge({ expect: { dataset, mapping, says = [], lacks = [], refused } }: Case, outcome: Outcome) {
  const { code, said, out, stdout } = outcome;
  for (const pattern of [...says, ...(refused ?? [])]) expect(said).toMatch(new RegExp(pattern, "im"));
  for (const pattern of lacks) expect(said).not.toMatch(new RegExp(pattern, "im"));
  if (refused !== undefined) {
    for (const unfit of UNFIT) expect(said).not.toMatch(unfit);
    expect(said.length).toBeLessThanOrEqual(LONGEST_MESSAGE);
    expect({ code, isLeft: await exists(out) }).toEqual({ code: 2, isLeft: false });
    return;
  }
  expect({ code, said }).toMatchObject({ code: 0 });
  if (dataset !== undefined) expect(await readBack(out, dataset)).toEqual(dataset);
  if (mapping !== undefined) expect(OUTPUTS["data inspect"].parse(JSON.parse(stdout)).mapping).toMatchObject(mapping);
}

const kinds = await readdir(CASES);
describe.each(kinds)("%s", async (kind) => {
  const names = await readdir(join(CASES, kind));
  const cases = await Promise.all(
    names.map(async (name) => ({ name, folder: join(CASES, kind, name), of: await readCase(join(CASES, kind, name)) })),
  );
  test.each(cases)("$name: $of.title", async ({ of, folder }) => judge(of, await run(of, folder)));
});
