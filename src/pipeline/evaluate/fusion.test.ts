import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fixedRecommender } from "../../../test/support/fixed-recommender.ts";
import { matrix } from "../../base/matrix.ts";
import { type Dataset, type Split, splitLeaveLastTwo, synthesiseShop } from "../../data/index.ts";
import { itemKnn, popularity } from "../../recommenders/yardsticks/index.ts";
import { evaluateRecommender } from "./evaluate-recommender.ts";
import { formatEvaluation } from "./format-evaluation.ts";
import { fusionsOf } from "./fusion.ts";

let folder: string;
let dataset: Dataset;
let split: Split;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-fusion-"));
  dataset = await synthesiseShop({ users: 150, items: 160, seed: 7, out: join(folder, "shop") });
  split = splitLeaveLastTwo(dataset);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Puts the held-out items of validation and test first: what any fusion must not spoil. */
const knowing = (name: string) =>
  fixedRecommender({
    name,
    direct: (user, candidates) => {
      const right = [split.valid[user]!, split.test[user]!].filter((item) => candidates.includes(item));
      return [...right, ...Array.from(candidates).filter((item) => !right.includes(item))];
    },
  });

it("names its parts and weights, and stands beside the same without the model", async () => {
  const itemEmbeddings = matrix(split.nItems, 2, new Float32Array(2 * split.nItems).fill(1));
  const model = knowing("isrf");
  const fusions = await fusionsOf({ dataset, split, graph: popularity({ split }), model, itemEmbeddings });
  expect(fusions.map(({ recommender, kind }) => [recommender.name, kind])).toEqual([
    ["fused: popularity + log item-knn + text cosine", "fused"],
    ["fused: popularity + log item-knn + text cosine + isrf", "fused"],
  ]);
  // Equal texts say nothing, so the smallest weight is as good as any.
  expect(fusions[0]!.fusion).toMatch(
    /^1 popularity \+ \d[.\d]* log item-knn \+ 0 text cosine; weights chosen on validation/,
  );
  const record = await evaluateRecommender({
    recommender: model,
    dataset,
    split,
    splitName: "test",
    tasks: ["direct"],
    candidateKinds: ["uniform"],
    beside: fusions,
    yardsticks: false,
  });
  const [own, without, together] = record.tasks[0]!.systems;
  expect(own!.metrics["HR@10"].value).toBe(1);
  expect(together!.metrics["NDCG@10"].value).toBeGreaterThan(without!.metrics["NDCG@10"].value);
  expect(together!.fusion).toMatch(/1 isrf; weights chosen on validation/);
  expect(formatEvaluation(record)).toMatch(
    /\(fused\)[\s\S]*fused: popularity \+ log item-knn \+ text cosine: 1 popularity/,
  );
});

it("leaves a part out that only harms", async () => {
  const [fusion] = await fusionsOf({ dataset, split, graph: knowing("oracle") });
  const record = await evaluateRecommender({
    recommender: itemKnn({ split }),
    dataset,
    split,
    splitName: "test",
    tasks: ["direct"],
    candidateKinds: ["uniform"],
    beside: [fusion!],
    yardsticks: false,
  });
  const found = record.tasks[0]!.systems[1]!;
  expect(found.metrics["HR@10"].value).toBeGreaterThan(0.95);
});
