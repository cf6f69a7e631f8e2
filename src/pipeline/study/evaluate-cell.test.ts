import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeReviewedShop } from "../../../test/support/reviewed-shop.ts";
import { readSealedJson, writeSealedJson } from "../../base/sealed-json.ts";
import { type Dataset, importDataset, splitOf, synthesiseShop } from "../../data/index.ts";
import { metricNames } from "../../evaluation/index.ts";
import { popularity } from "../../recommenders/yardsticks/index.ts";
import { compare } from "../compare/compare.ts";
import { embed } from "../embed/embed.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { evaluateRecommender } from "../evaluate/evaluate-recommender.ts";
import { questionName } from "../evaluate/evaluation-record.ts";
import { readEvaluation } from "../evaluate/store.ts";
import { reason } from "../reason/reason.ts";
import { train } from "../train/index.ts";
import { evaluateCell, evaluateYardsticks } from "./evaluate-cell.ts";

let folder: string;
let dataset: Dataset;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-evaluated-"));
  dataset = await synthesiseShop({ users: 30, items: 60, seed: 5, out: join(folder, "shop") });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const rowsOf = async (directory: string): Promise<string[]> => {
  const { tasks } = await readEvaluation(directory);
  return tasks.at(-1)!.systems.map(({ name }) => name);
};
const stored = (directory: string) => readFile(join(directory, "evaluation.json"), "utf8");

/** As versions wrote it that did not say what they read. */
async function makeOlder(directory: string): Promise<void> {
  const path = join(directory, "evaluation.json");
  const { vectors: _, fusedWith: __, ...record } = (await readSealedJson(path, "")).value as Record<string, unknown>;
  await writeSealedJson(path, record);
}

const makeVectors = async (dimensions: number): Promise<void> => {
  await embed({ dataset, seed: 5, dimensions });
};

describe("test questions of a study", () => {
  it("are put to text yardsticks once there are vectors, and again when these are others", async () => {
    const ask = () => evaluateYardsticks(folder, "shop", dataset, { protocol: "strict", embeddings: "lsa" });
    const directory = await ask();
    expect(await rowsOf(directory)).toEqual(["popularity", "markov-1", "item-knn"]);
    await reason({ dataset, seed: 5 });
    await makeVectors(16);
    await ask();
    expect(await rowsOf(directory)).toEqual(["popularity", "markov-1", "item-knn", "text-knn", "item-knn-text"]);
    const first = await stored(directory);
    await ask();
    expect(await stored(directory)).toBe(first);
    await makeVectors(8);
    await ask();
    expect((await readEvaluation(directory)).vectors).not.toBe(JSON.parse(first).vectors);
  });

  it("are not put again where an older version stored all rows, nor where the vectors are gone", async () => {
    const ask = (embeddings = "lsa") => evaluateYardsticks(folder, "shop", dataset, { protocol: "strict", embeddings });
    const directory = await ask();
    await makeOlder(directory);
    const older = await stored(directory);
    await ask();
    await ask("none");
    expect(await stored(directory)).toBe(older);
  });

  it("are put under each protocol apart, and found where one folder held both", async () => {
    const ask = (protocol: "strict" | "paper", out = folder) =>
      evaluateYardsticks(out, "shop", dataset, { protocol, embeddings: "none" });
    const [strict, paper] = [await ask("strict"), await ask("paper")];
    expect(paper).not.toBe(strict);
    expect((await readEvaluation(strict)).protocol).toBe("strict");
    expect((await readEvaluation(paper)).protocol).toBe("paper");
    const older = join(folder, "older");
    await cp(paper, join(older, "cells", "shop", "yardsticks"), { recursive: true });
    expect(await ask("paper", older)).toBe(join(older, "cells", "shop", "yardsticks"));
    await ask("strict", older);
    expect(await ask("paper", older)).toBe(join(older, "cells", "shop", "yardsticks-paper"));
  });

  it("are put beside trainings that see the pairs of reviews as to these, and again where they were not", async () => {
    const files = join(folder, "reviewed");
    await writeReviewedShop(files);
    const explanations = [join(files, "explanation.json")];
    const reviewed = await importDataset({ dir: files, explanations, out: join(files, "shop"), name: "reviewed" });
    const own = join(files, "lightgcn");
    const overrides = { epochs: 1, width: 8 };
    const how = { model: "lightgcn", preset: "tiny", protocol: "paper", overrides, seed: 1 } as const;
    await train({ dataset: reviewed.directory, ...how, out: own });
    await evaluateCell(own, { dataset: reviewed.directory, embeddings: "none" });
    const split = splitOf(reviewed);
    const older = join(files, "cells", "reviewed", "yardsticks-paper");
    const [recommender, directory] = [popularity({ split }), older];
    const asked = { dataset: reviewed, split, splitName: "test", protocol: "paper", kind: "yardstick" } as const;
    await evaluateRecommender({ ...asked, recommender, directory });
    const rows = await evaluateYardsticks(files, "reviewed", reviewed, { protocol: "paper", embeddings: "none" });
    expect(rows).toBe(older);
    const { runs } = await compare([own, rows]);
    expect(runs.map(({ differences }) => differences)).toEqual([[], []]);
  });

  it("are put again where somebody asked the run one task alone, or for longer lists", async () => {
    const own = join(folder, "asked-otherwise");
    const overrides = { epochs: 1, width: 8 };
    await train({ dataset: dataset.directory, model: "sasrec", preset: "tiny", overrides, seed: 1, out: own });
    const ask = () => evaluateCell(own, { dataset: dataset.directory, embeddings: "lsa" });
    const questions = async () => (await readEvaluation(own)).tasks.map(questionName);
    await evaluate(own, { tasks: ["sequential"] });
    await ask();
    expect(await questions()).toEqual(["sequential", "direct-uniform", "direct-popularity"]);
    await evaluate(own, { metrics: metricNames(["HR@50"]) });
    expect((await readEvaluation(own)).fingerprint.listLength).toBe(50);
    await ask();
    expect((await readEvaluation(own)).fingerprint.listLength).toBeUndefined();
  });

  it("are fused with the run that is named now, and with none where none is", async () => {
    const [own, graph] = ["sasrec", "lightgcn"].map((model) => join(folder, model)) as [string, string];
    const overrides = { epochs: 1, width: 8 };
    const trained = (model: string, seed: number) =>
      train({ dataset: dataset.directory, model, preset: "tiny", overrides, seed, out: join(folder, model) });
    await trained("sasrec", 1);
    await trained("lightgcn", 1);
    const ask = (fuse?: string) => evaluateCell(own, { dataset: dataset.directory, embeddings: "lsa", fuse });
    const fusions = async () => (await rowsOf(own)).filter((name) => name.startsWith("fused"));
    await ask();
    expect(await fusions()).toEqual([]);
    await ask(graph);
    expect(await fusions()).toHaveLength(2);
    const first = await stored(own);
    await ask(graph);
    expect(await stored(own)).toBe(first);
    await rm(graph, { recursive: true });
    await trained("lightgcn", 2);
    await ask(graph);
    expect((await readEvaluation(own)).fusedWith!.hash).not.toBe(JSON.parse(first).fusedWith.hash);
    await makeOlder(own);
    const older = await stored(own);
    await ask(graph);
    expect(await stored(own)).toBe(older);
    await ask(graph);
    await rm(graph, { recursive: true });
    await ask(graph);
    expect(await stored(own)).toBe(older);
  });

  it("are asked without a fusion again where none is wanted any more", async () => {
    const graph = join(folder, "lightgcn");
    await train({
      dataset: dataset.directory,
      model: "lightgcn",
      preset: "tiny",
      overrides: { epochs: 1 },
      out: graph,
    });
    await evaluateCell(graph, { dataset: dataset.directory, embeddings: "lsa", fuse: graph });
    expect(await rowsOf(graph)).toHaveLength(2);
    await evaluateCell(graph, { dataset: dataset.directory, embeddings: "lsa" });
    expect(await rowsOf(graph)).toEqual(["lightgcn"]);
  });
});
