import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { splitLeaveLastTwo, synthesiseShop } from "../data/index.ts";
import { itemKnn, popularity } from "../recommenders/yardsticks/index.ts";
import { compareRuns, formatComparison } from "./compare.ts";
import { evaluateRecommender } from "./evaluate.ts";

let folder: string;
const run = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-compare-"));
  const dataset = await synthesiseShop({ users: 120, items: 160, seed: 3, out: run("shop") });
  const split = splitLeaveLastTwo(dataset);
  const base = { dataset, split, splitName: "test", candidateKinds: ["uniform"], yardsticks: false } as const;
  await evaluateRecommender({ ...base, recommender: popularity({ split }), directory: run("popularity") });
  await evaluateRecommender({ ...base, recommender: itemKnn({ split }), directory: run("knn") });
  await evaluateRecommender({
    ...base,
    recommender: itemKnn({ split }),
    splitName: "valid",
    directory: run("knn-valid"),
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("tests each run against the first on the same users", async () => {
  const { metrics, runs } = await compareRuns([run("popularity"), run("knn"), run("popularity")]);
  const of = (index: number) =>
    metrics.find((m) => m.run === index && m.metric === "NDCG@10" && m.question === "sequential")!;
  expect(runs.map(({ differences }) => differences)).toEqual([[], [], []]);
  expect(of(0).wilcoxon).toBeUndefined();
  expect(of(1).tTest!.difference).toBeCloseTo(of(1).value - of(0).value, 12);
  expect(of(1).wilcoxon!.pValue).toBeLessThan(0.001);
  expect(of(2).wilcoxon!.pValue).toBe(1);
});

it("says why runs are not comparable and does not test them", async () => {
  const comparison = await compareRuns([run("popularity"), run("knn-valid")]);
  expect(comparison.runs[1]!.differences[0]).toBe("split: test / valid");
  expect(comparison.metrics.every(({ wilcoxon, tTest }) => !wilcoxon && !tTest)).toBe(true);
  expect(formatComparison(comparison)).toMatch(/NOT COMPARABLE with the first run: .*knn-valid \(split: test \/ valid/);
});

it("shows values and p-values of every run", async () => {
  const text = formatComparison(await compareRuns([run("popularity"), run("knn")]));
  expect(text).toMatch(/direct-uniform/);
  expect(text).toMatch(/p \d/);
});

it("refuses a single run and a run that was not evaluated", async () => {
  await expect(compareRuns([run("knn")])).rejects.toThrow(/1 runs, expected at least 2/);
  await expect(compareRuns([run("knn"), run("shop")])).rejects.toThrow(/isrf evaluate/);
});
