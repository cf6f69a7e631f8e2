import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findReaches, findViolations, ghostRooms } from "../../scripts/check-imports.ts";

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
  ["a re-export of everything", 'export * from "../pipeline/a.ts";'],
  ["a type's import", 'export type A = import("../pipeline/a.ts").A;'],
])("%s of a higher room is reported", async (_, text) => {
  expect(await violationsOf({ "data/deep/b.ts": text.replace("../", "../../") })).toEqual([
    "data/deep/b.ts -> ../../pipeline/a.ts: data (rank 2) may not import pipeline (rank 7)",
  ]);
});

test("a neighbour of the same rank is reported", async () => {
  expect(await violationsOf({ "engine/a.ts": 'import "../jobs/b.ts";' })).toEqual([
    "engine/a.ts -> ../jobs/b.ts: engine (rank 1) may not import jobs (rank 1)",
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

test("a look for a file beside the source is reported, where packages are resolved from is not", async () => {
  expect(
    await violationsOf({
      "base/a.ts": 'export const data = new URL("./data.json", import.meta.url);',
      "base/b.ts": "export const require = createRequire(import.meta.url);\n// import.meta.dirname",
      "base/product-files.ts": 'export const CODE = new URL("../", import.meta.url);',
    }),
  ).toEqual(["base/a.ts -> import.meta: the build moves code; base/product-files.ts says where files lie"]);
});

test("a room with an index is entered by it alone", async () => {
  expect(
    await violationsOf({
      "data/index.ts": 'export { a } from "./deep/a.ts";',
      "data/deep/a.ts": "export const a = 1;",
      "pipeline/b.ts": 'import { a } from "../data/index.ts";\nimport { a as same } from "../data/deep/a.ts";',
    }),
  ).toEqual(["pipeline/b.ts -> ../data/deep/a.ts: passes by the front door of data: data/index.ts"]);
});

test("a room without an index is entered by its files and by the index of its folders", async () => {
  expect(
    await violationsOf({
      "pipeline/train.ts": "export const a = 1;",
      "pipeline/compare/index.ts": "export const b = 1;",
      "pipeline/compare/columns.ts": "export const c = 1;",
      "cli/d.ts": 'import "../pipeline/train.ts";\nimport "../pipeline/compare/index.ts";',
      "cli/e.ts": 'import "../pipeline/compare/columns.ts";',
      "index.ts": 'export { c } from "./pipeline/compare/columns.ts";',
    }),
  ).toEqual([
    "cli/e.ts -> ../pipeline/compare/columns.ts: passes by the front door of pipeline: pipeline/compare/index.ts",
    "index.ts -> ./pipeline/compare/columns.ts: passes by the front door of pipeline: pipeline/compare/index.ts",
  ]);
});

test("a caller of recommenders cannot name a class of one of them, so it cannot ask for it by instanceof", async () => {
  expect(
    await violationsOf({
      "recommenders/registry.ts": "export const table = [];",
      "recommenders/generative/recommender.ts": "export class GenerativeRecommender {}",
      "pipeline/a.ts": 'import { table } from "../recommenders/registry.ts";',
      "pipeline/b.ts": 'import { GenerativeRecommender } from "../recommenders/generative/recommender.ts";',
    }),
  ).toEqual([
    "pipeline/b.ts -> ../recommenders/generative/recommender.ts: passes by the front door of recommenders: recommenders/generative/index.ts",
  ]);
});

test("files that import each other in a circle are named once, with the way around", async () => {
  expect(
    await violationsOf({
      "data/a.ts": 'import type { B } from "./deep/b.ts";',
      "data/deep/b.ts": 'import "../c.ts";',
      "data/c.ts": 'export { a } from "./a.ts";',
      "data/d.ts": 'import "./a.ts";',
    }),
  ).toEqual(["data/a.ts -> ./deep/b.ts: is a circle: data/a.ts > data/deep/b.ts > data/c.ts > data/a.ts"]);
});

test("a rank without a room is a ghost", async () => {
  await violationsOf({ "base/a.ts": "export const a = 1;" });
  expect(await ghostRooms(root, { base: 0, server: 7 })).toEqual(["server"]);
});

test("web takes the client of the API from src, and nothing else", async () => {
  await mkdir(join(root, "web", "src"), { recursive: true });
  const text = 'import "../../src/client/index.ts";\nimport "../../src/data/index.ts";\nimport "./other.ts";';
  await writeFile(join(root, "web", "src", "page.tsx"), text);
  const found = await findReaches(join(root, "web"));
  expect(found.map(({ file, specifier }) => `${file} -> ${specifier}`)).toEqual([
    "src/page.tsx -> ../../src/data/index.ts",
  ]);
});
