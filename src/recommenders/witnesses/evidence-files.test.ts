import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { matrix } from "../../base/matrix.ts";
import { trainingLists } from "../../data/index.ts";
import { loadEvidence, saveEvidence } from "./evidence-files.ts";
import type { Learned, TaskWeights } from "./learn.ts";
import { PARTS } from "./mixture/weights.ts";

let directory: string;

beforeAll(async () => {
  directory = join(await mkdtemp(join(tmpdir(), "isrf-test-")), "evidence");
});
afterAll(async () => {
  await rm(join(directory, ".."), { recursive: true, force: true });
});

const weights: TaskWeights = {
  first: { terms: ["popularity"], scales: [2], values: new Float64Array(PARTS).fill(0.5) },
  final: undefined,
};
const learned: Learned = {
  weights: { sequential: weights, direct: weights },
  figures: [],
  generator: { sequential: { gain: 0.25, error: 0.125 }, direct: { gain: 0.5 } },
};
const tables = {
  counts: Int32Array.of(2, 1, 0),
  prefixes: trainingLists([Int32Array.of(0, 1), Int32Array.of(0)]),
  following: undefined,
  similar: undefined,
  texts: undefined,
  coldInterests: matrix(1, 2, Float32Array.of(0.5, -1)),
  stretch: 1.5,
};

test("what was saved is read back", async () => {
  await saveEvidence(directory, { tables, learned });
  expect(await loadEvidence(directory)).toEqual({ tables, learned: { ...learned, alsoChose: undefined } });
});

test("a gain that an older version could not take, for want of judged answers, is none", async () => {
  const path = join(directory, "evidence.json");
  const written = JSON.parse(await readFile(path, "utf8"));
  await writeFile(
    path,
    JSON.stringify({ ...written, generator: { sequential: { gain: null, error: null }, direct: 0.5 } }),
  );
  const { generator } = (await loadEvidence(directory)).learned;
  expect(generator).toEqual({ sequential: { gain: 0, error: 0 }, direct: { gain: 0.5 } });
});
