import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OUTPUTS } from "../../scripts/json-schemas.ts";
import { exists } from "../../src/base/files.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { shell } from "../support/shell.ts";
import { type Case, readCase } from "./case.ts";
import { readBack } from "./read-back.ts";

const CASES = join(import.meta.dirname, "cases");
const UNFIT = [/\bSELECT\b|\bCREATE TABLE\b|duckdb|read_csv|read_json/i, /\n\s+at .*:\d+:\d+/, /[^\P{C}\n\t]/u];
const LONGEST_MESSAGE = 1500;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly said: string;
  readonly stdout: string;
  readonly out: string;
}

async function run({ import: imported, inspect }: Case, folder: string): Promise<Outcome> {
  const cwd = await mkdtemp(join(root, "case-"));
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

interface Named {
  readonly kind: string;
  readonly name: string;
  readonly of: Case;
}

const kinds = await readdir(CASES);
const all: readonly Named[] = (
  await Promise.all(
    kinds.map(async (kind) => {
      const names = await readdir(join(CASES, kind));
      return Promise.all(names.map(async (name) => ({ kind, name, of: await readCase(join(CASES, kind, name)) })));
    }),
  )
).flat();

/** An import waits for half of its time: the next ones are begun meanwhile. */
const AT_ONCE = 4;
const begun = new Map<Named, Promise<() => void>>();

/** Throws what the case did not do as it should. */
function verdictOf(one: Named): Promise<() => void> {
  const at = all.indexOf(one);
  for (const each of all.slice(at, at + AT_ONCE)) if (!begun.has(each)) begun.set(each, verdict(each));
  return begun.get(one)!;
}

async function verdict({ kind, name, of }: Named): Promise<() => void> {
  const folder = join(CASES, kind, name);
  const [end] = await Promise.allSettled([run(of, folder).then((outcome) => judge(of, outcome))]);
  return () => {
    if (end.status === "rejected") throw end.reason;
  };
}

describe.each(kinds)("%s", (kind) => {
  const cases = all.filter((one) => one.kind === kind);
  test.each(cases)("$name: $of.title", async (one) => (await verdictOf(one))());
});
