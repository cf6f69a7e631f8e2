import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findViolations } from "../../scripts/check-imports.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-rooms-"));
});
afterEach(() => rm(root, { recursive: true }));

async function violationsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return (await findViolations(root)).map(({ file, specifier, reason }) => `${file} -> ${specifier}: ${reason}`);
}

test("imports of lower rooms, of the own room and of packages pass", async () => {
  expect(
    await violationsOf({
      "pipeline/train.ts": 'import { z } from "zod";\nimport { a } from "../data/a.ts";\nimport "./step.ts";',
      "index.ts": 'export * from "./pipeline/train.ts";',
    }),
  ).toEqual([]);
});

test.each([
  ["a static import", 'import { a } from "../pipeline/a.ts";'],
  ["a type import", 'import type { A } from "../pipeline/a.ts";'],
  ["a dynamic import", 'export const load = () => import("../pipeline/a.ts");'],
  ["a re-export", 'export { a } from "../pipeline/a.ts";'],
])("%s of a higher room is reported", async (_, text) => {
  expect(await violationsOf({ "data/deep/b.ts": text.replace("../", "../../") })).toEqual([
    "data/deep/b.ts -> ../../pipeline/a.ts: data (rank 1) may not import pipeline (rank 5)",
  ]);
});

test("a neighbour of the same rank is reported", async () => {
  expect(await violationsOf({ "engine/a.ts": 'import "../data/b.ts";' })).toEqual([
    "engine/a.ts -> ../data/b.ts: engine (rank 1) may not import data (rank 1)",
  ]);
});

test("leaving src and reaching for the front door are reported", async () => {
  expect(await violationsOf({ "base/a.ts": 'import "../../dist/a.js";\nimport "../index.ts";' })).toEqual([
    "base/a.ts -> ../../dist/a.js: leaves src",
    "base/a.ts -> ../index.ts: base reaches up to the front door",
  ]);
});

test("a room without a rank is reported", async () => {
  expect(await violationsOf({ "utils/a.ts": 'import "../base/b.ts";' })).toEqual([
    'utils/a.ts -> ../base/b.ts: the room "utils" has no rank in scripts/check-imports.ts',
  ]);
});

test("tests and words in comments or strings are exempt", async () => {
  expect(
    await violationsOf({
      "base/a.test.ts": 'import "../pipeline/b.ts";',
      "base/b.ts": '// import "../pipeline/b.ts"\nexport const text = \'from "../pipeline/b.ts"\';',
    }),
  ).toEqual([]);
});
