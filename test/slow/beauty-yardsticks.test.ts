// The yardsticks on Amazon Beauty against figures measured elsewhere on the same data.
// Popularity: sequential HR@10 .0115 of all users, direct HR@10 about .29 (own negatives). Id rule under
// training-prefix numbering: .0062. Item-kNN and the same with text neighbours: .0743 and .0837 on one sample of 3,000
// users, where a sample's 95 % noise is .0085; hence wide bounds, and the full figures beside them.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Matrix } from "../../src/base/matrix.ts";
import { type Dataset, importDataset, type Split, splitLeaveLastTwo } from "../../src/data/index.ts";
import { fitLsa } from "../../src/embedding/index.ts";
import { evaluateRecommender } from "../../src/pipeline/evaluate/evaluate-recommender.ts";
import type { EvaluationRecord } from "../../src/pipeline/evaluate/evaluation-record.ts";
import { popularity } from "../../src/recommenders/yardsticks/index.ts";

const SOURCE = new URL("../../../shared/data/beauty", import.meta.url).pathname;

describe.skipIf(!existsSync(SOURCE))("yardsticks on Beauty (skipped where ../shared/data/beauty is absent)", () => {
  let folder: string;
  let dataset: Dataset;
  let split: Split;
  let itemEmbeddings: Matrix;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "isrf-beauty-"));
    dataset = await importDataset({ dir: SOURCE, out: join(folder, "beauty"), name: "beauty" });
    split = splitLeaveLastTwo(dataset);
    const texts = dataset.items.map(({ title, brand, categories = [], attributes }) =>
      [title, brand, ...categories.slice(1), attributes?.keywords].filter(Boolean).join(" "),
    );
    itemEmbeddings = await (await fitLsa(texts, { dimensions: 128, seed: 1 })).encode(texts);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const evaluate = (users?: number) =>
    evaluateRecommender({
      recommender: popularity({ split }),
      dataset,
      split,
      splitName: "test",
      candidateKinds: ["uniform"],
      itemEmbeddings,
      ...(users ? { users } : {}),
    });
  const hits = ({ tasks }: EvaluationRecord, task: "sequential" | "direct", name: string) =>
    tasks.find((entry) => entry.task === task)!.systems.find((system) => system.name === name)!.metrics["HR@10"].value;

  it("reproduces popularity, the id rule and item-kNN over all users", async () => {
    const record = await evaluate();
    expect(hits(record, "sequential", "popularity")).toBeCloseTo(0.0115, 3);
    expect(hits(record, "direct", "popularity")).toBeCloseTo(0.29, 1.5);
    expect(hits(record, "sequential", "id-rule")).toBeCloseTo(0.0062, 3);
    expect(hits(record, "sequential", "item-knn")).toBeCloseTo(0.0704, 3);
    expect(hits(record, "sequential", "item-knn-text")).toBeGreaterThan(0.08);
    process.stderr.write(`${table(record)}\n`);
  });

  it("keeps item-kNN within the noise of a 3,000-user sample", async () => {
    const record = await evaluate(3000);
    expect(Math.abs(hits(record, "sequential", "item-knn") - 0.0743)).toBeLessThan(2 * 0.0085);
    expect(Math.abs(hits(record, "sequential", "item-knn-text") - 0.0837)).toBeLessThan(2 * 0.0085);
    process.stderr.write(`${table(record)}\n`);
  });

  const table = ({ tasks, seconds }: EvaluationRecord) =>
    [
      `${seconds.toFixed(1)} s`,
      ...tasks.flatMap(({ task, systems }) =>
        systems.map(({ name, metrics }) => {
          const { value, low, high } = metrics["HR@10"];
          const ndcg = metrics["NDCG@10"].value.toFixed(4);
          return `${task} ${name}: HR@10 ${value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}], NDCG@10 ${ndcg}`;
        }),
      ),
    ].join("\n");
});
