import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixedRecommender } from "../../../test/support/fixed-recommender.ts";
import { writeJsonAtomic } from "../../base/files.ts";
import { matrix } from "../../base/matrix.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import {
  type Dataset,
  leakedLists,
  type Split,
  splitLeaveLastTwo,
  strictView,
  synthesiseShop,
  trainingCounts,
} from "../../data/index.ts";
import { perUserValues } from "../../evaluation/index.ts";
import { popularity } from "../../recommenders/yardsticks/index.ts";
import { evaluateRecommender } from "./evaluate-recommender.ts";
import { formatEvaluation } from "./format-evaluation.ts";
import { readEvaluation, readRanks } from "./store.ts";

let folder: string;
let dataset: Dataset;
let split: Split;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-evaluate-"));
  dataset = await synthesiseShop({ users: 150, items: 160, seed: 7, out: join(folder, "shop") });
  split = splitLeaveLastTwo(dataset);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Knows the answers: the target first, then items that nobody owns twice. */
const oracle = (targets: Int32Array, place = 1) =>
  fixedRecommender({
    name: "oracle",
    sequential: (user, history) => {
      const others = Array.from({ length: split.nItems }, (_, i) => i);
      const rest = others.filter((item) => item !== targets[user] && !history.includes(item));
      return [...rest.slice(0, place - 1), targets[user]!, ...rest.slice(place - 1)];
    },
    direct: (user, candidates) => [targets[user]!, ...Array.from(candidates).filter((item) => item !== targets[user])],
  });
const base = () => ({ dataset, split, splitName: "test" as const });

describe("evaluateRecommender", () => {
  it("gives a system that knows every answer 1 in everything, and the yardsticks less", async () => {
    const record = await evaluateRecommender({ ...base(), recommender: oracle(split.test) });
    expect(record.tasks.map(({ task, candidates }) => [task, candidates])).toEqual([
      ["sequential", undefined],
      ["direct", "uniform"],
      ["direct", "popularity"],
    ]);
    for (const task of record.tasks) {
      expect(new Set(Object.values(task.systems[0]!.metrics).map(({ value }) => value))).toEqual(new Set([1]));
      expect(task.systems[0]!.kind).toBe("model");
      for (const beside of task.systems.slice(1)) expect(beside.metrics["HR@10"].value).toBeLessThan(0.9);
    }
    expect(record.tasks[0]!.systems.map(({ name }) => name)).toEqual([
      "oracle",
      "popularity",
      "markov-1",
      "item-knn",
      "id-rule",
    ]);
    expect(record.tasks[1]!.systems.map(({ name }) => name)).toEqual(["oracle", "popularity", "markov-1", "item-knn"]);
    expect(record.checks.filter(({ verdict }) => verdict === "fail")).toEqual([]);
  });

  it("asks the test question with the validation item in the history, the validation question without", async () => {
    const histories: Record<string, Int32Array[]> = { test: [], valid: [] };
    for (const splitName of ["test", "valid"] as const) {
      const recommender = fixedRecommender({
        sequential: (_, history) => {
          histories[splitName]!.push(history);
          return [];
        },
      });
      await evaluateRecommender({ ...base(), splitName, recommender, yardsticks: false });
    }
    histories.test!.forEach((history, user) => {
      expect([...history]).toEqual([...split.prefixes[user]!, split.valid[user]!]);
      expect([...histories.valid![user]!]).toEqual([...split.prefixes[user]!]);
    });
  });

  // docs/protocols.md, "Checks of every evaluation": HR@5 .05 and HR@10 .10. 95 % of 150 users is .035 and .048; three
  // sigma here.
  it("gives a random scorer the hit rates of chance", async () => {
    const random = Random.of(11);
    const recommender = fixedRecommender({ direct: (_, candidates) => [...random.shuffle(candidates.slice())] });
    const record = await evaluateRecommender({ ...base(), recommender, candidateKinds: ["uniform"] });
    const { metrics } = record.tasks[0]!.systems[0]!;
    expect(Math.abs(metrics["HR@5"].value - 0.05)).toBeLessThan(0.053);
    expect(Math.abs(metrics["HR@10"].value - 0.1)).toBeLessThan(0.073);
    expect(record.tasks[0]!.random["HR@10"]).toBeCloseTo(0.1, 12);
  });

  it("counts users without a hit in every mean", async () => {
    const half = fixedRecommender({ sequential: (user) => (user % 2 === 0 ? [split.test[user]!] : []) });
    const record = await evaluateRecommender({ ...base(), recommender: half });
    expect(record.tasks[0]!.systems[0]!.metrics["HR@10"].value).toBe(0.5);
  });

  it("asks the same users and the same shuffled candidates for the same seed, never the target last by rule", async () => {
    const ask = async (seed: number) => {
      const seen: string[] = [];
      const last: boolean[] = [];
      const recommender = fixedRecommender({
        direct: (user, candidates) => {
          seen.push(`${user}: ${candidates.join(" ")}`);
          last.push(candidates[candidates.length - 1] === split.test[user]);
          return [];
        },
      });
      await evaluateRecommender({
        ...base(),
        recommender,
        users: 60,
        candidateKinds: ["uniform"],
        seed,
        yardsticks: false,
      });
      return { seen, last };
    };
    const first = await ask(1);
    expect(first.seen.length).toBe(60);
    expect((await ask(1)).seen).toEqual(first.seen);
    expect((await ask(2)).seen).not.toEqual(first.seen);
    expect(first.last.filter(Boolean).length).toBeLessThan(10);
  });

  it("refuses ranks that are not one for each user, of an older file, and reads one without counts of items", async () => {
    const directory = join(folder, "older");
    const { ranks, ...record } = await evaluateRecommender({
      ...base(),
      recommender: oracle(split.test, 3),
      directory,
    });
    const content = JSON.parse(await readFile(join(directory, ranks!.sequential!.file), "utf8"));
    const read = async (changed: object) => {
      await writeJsonAtomic(join(directory, "ranks-sequential.json"), { ...content, ...changed });
      return readRanks({ directory, record, question: "sequential" });
    };
    expect((await read({ itemCounts: undefined }))!.itemCounts).toBeUndefined();
    await expect(read({ itemCounts: [1, 2] })).rejects.toThrow(
      /2 itemCounts, expected one for each of .*isrf evaluate/,
    );
    await expect(read({ itemCounts: content.itemCounts.map(() => -1) })).rejects.toThrow(/a file that isrf evaluate/);
    await expect(read({ users: [0] })).rejects.toThrow(/ ranks, expected one for each of 1 users/);
  });

  it("stores the record and per-user ranks that give the same metrics back", async () => {
    const directory = join(folder, "run");
    const written = await evaluateRecommender({ ...base(), recommender: oracle(split.test, 3), directory });
    expect(await readEvaluation(directory)).toEqual(written);
    expect((await readdir(directory)).sort()).toEqual([
      "evaluation.json",
      expect.stringMatching(/^ranks-direct-popularity\.[0-9a-f]{8}\.json$/),
      expect.stringMatching(/^ranks-direct-uniform\.[0-9a-f]{8}\.json$/),
      expect.stringMatching(/^ranks-sequential\.[0-9a-f]{8}\.json$/),
    ]);
    const text = await readFile(join(directory, written.ranks!.sequential!.file), "utf8");
    expect(text).toBe(`${JSON.stringify(JSON.parse(text))}\n`);
    const ranks = await readRanks({ directory, record: written, question: "sequential" });
    expect(new Set(ranks!.ranks.first)).toEqual(new Set([3]));
    const owners = trainingCounts(split);
    expect(ranks!.itemCounts).toEqual(ranks!.users.map((user) => owners[split.test[user]!]!));
    const knn = await readRanks({ directory, record: written, question: "direct-uniform", system: "item-knn" });
    const values = perUserValues("NDCG@10", knn!.ranks);
    const stored = written.tasks[1]!.systems.find(({ name }) => name === "item-knn")!;
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(
      stored.metrics["NDCG@10"].value,
      12,
    );
    expect(await readRanks({ directory, record: written, question: "sequential", system: "unknown" })).toBeUndefined();
    const later = { ...written, fingerprint: { ...written.fingerprint, hash: "of a later evaluation" } };
    expect(await readRanks({ directory, record: later, question: "sequential" })).toBeUndefined();
    await expect(readEvaluation(join(folder, "nowhere"))).rejects.toThrow(/isrf evaluate/);
  });

  it("changes its fingerprint with the users, the split and the candidates, not with the system", async () => {
    const hash = async (options: object) => {
      const recommender = popularity({ split });
      return (await evaluateRecommender({ ...base(), recommender, yardsticks: false, ...options })).fingerprint.hash;
    };
    const reference = await hash({});
    expect(await hash({ recommender: oracle(split.test) })).toBe(reference);
    const sourceNumbers = Int32Array.from(dataset.items, ({ sourceNumber }) => sourceNumber);
    const others = [
      { users: 50 },
      { splitName: "valid" },
      { candidateKinds: ["uniform"] },
      { view: { ...strictView(split), itemNumbers: sourceNumbers } },
    ];
    const hashes = await Promise.all(others.map(hash));
    expect(new Set([reference, ...hashes]).size).toBe(others.length + 1);
  });

  it("refuses lists with items of the history, and says whose", async () => {
    const cheat = fixedRecommender({ name: "cheat", sequential: (_, history) => [history[0]!] });
    await expect(evaluateRecommender({ ...base(), recommender: cheat })).rejects.toThrow(
      /cheat, sequential, user index 0.*seen/,
    );
  });

  it("fails a strict run whose split leaks, and records it under paper with a banner", async () => {
    const leaky = { ...split, prefixes: leakedLists(dataset.sequences) };
    const options = { ...base(), split: leaky, recommender: oracle(split.test), tasks: ["sequential"] as const };
    await expect(evaluateRecommender(options)).rejects.toThrow(/150 of 150 users with a held-out item/);
    const record = await evaluateRecommender({ ...options, protocol: "paper" });
    // The split itself, the segments made of it, and what the protocol does by design: edges and spared negatives.
    expect(record.checks.filter(({ verdict }) => verdict === "fail").map(({ name }) => name)).toEqual([
      "held-out items are absent from training prefixes",
      "held-out items are absent from graph edges",
      "held-out items are absent from training segments and positives",
      "held-out items are absent from items spared as negatives",
    ]);
    expect(formatEvaluation(record)).toMatch(/contains test information[\s\S]*FAILED held-out items/);
  });

  it("reports what free decoding generated as shares of this evaluation alone", async () => {
    let hypotheses = 1000;
    const recommender = fixedRecommender({
      sequential: () => {
        hypotheses += 10;
        return [];
      },
    });
    const counts = () => ({ hypotheses, invalid: (hypotheses - 1000) / 5, duplicate: 0, outside: 7 });
    const record = await evaluateRecommender({
      ...base(),
      recommender: { ...recommender, decoding: { kind: "free", counts } },
      yardsticks: false,
    });
    expect(record.fingerprint.decoding).toBe("free");
    expect(record.tasks[0]!.systems[0]!.decoding).toEqual({ hypotheses: 1500, invalid: 0.2, duplicate: 0, outside: 0 });
    expect(formatEvaluation(record)).toContain("1,500 texts: 20.00 % invalid");
  });

  it("reports progress in users and stops when cancelled", async () => {
    const events: ProgressEvent[] = [];
    const abort = new AbortController();
    const report = (event: ProgressEvent) => {
      events.push(event);
      abort.abort();
    };
    const options = { ...base(), recommender: popularity({ split }), report, signal: abort.signal, block: 50 };
    await expect(evaluateRecommender(options)).rejects.toThrow(/cancelled/);
    expect(events).toEqual([
      { kind: "step", stage: "evaluate popularity sequential", done: 50, total: 150, unit: "users", isPart: true },
    ]);
  });

  it("adds the text yardstick when there are item vectors", async () => {
    const itemEmbeddings = matrix(split.nItems, 4, new Float32Array(split.nItems * 4).fill(0.5));
    const record = await evaluateRecommender({
      ...base(),
      recommender: popularity({ split }),
      itemEmbeddings,
      users: 20,
    });
    expect(record.tasks[0]!.systems.map(({ name }) => name)).toEqual([
      "popularity",
      "markov-1",
      "item-knn",
      "text-knn",
      "item-knn-text",
      "id-rule",
    ]);
  });

  it("says what the lists show and how users and items fare apart, each user in one range of each kind", async () => {
    const record = await evaluateRecommender({ ...base(), recommender: oracle(split.test), users: 60 });
    const [system, mostPopular] = record.tasks[0]!.systems;
    for (const by of ["user activity", "item popularity"] as const) {
      const own = system!.buckets!.filter((bucket) => bucket.by === by);
      expect(own.reduce((sum, { users }) => sum + users, 0)).toBe(60);
      expect(own.every(({ metrics }) => metrics["HR@1"] === 1)).toBe(true);
    }
    const cold = mostPopular!.buckets!.find(({ by, label }) => by === "item popularity" && label === "0");
    expect(cold?.metrics["HR@10"] ?? 0).toBe(0);
    expect(mostPopular!.lists!.k).toBe(10);
    // Popularity shows the same few items to all, less known ones to nobody.
    expect(mostPopular!.lists!.coverage).toBeLessThan(0.2);
    expect(mostPopular!.lists!.gini).toBeGreaterThan(0.8);
    const text = formatEvaluation(record, { details: true });
    expect(text).toMatch(
      /coverage@10[\s\S]*HR@10 \/ NDCG@10 by training interactions of the right answer \(0 = cold\)/,
    );
    expect(text).toContain("1.0000 / 1.0000");
  });

  it("asks in blocks that the memory allows, with the same result", async () => {
    const sizes: number[] = [];
    const evaluate = async (memoryMiB: number) => {
      const inner = oracle(split.test, 2);
      const recommender = {
        ...inner,
        rankSequential: (requests: Parameters<typeof inner.rankSequential>[0], count: number) => {
          sizes.push(requests.length);
          return inner.rankSequential(requests, count);
        },
      };
      const tasks = ["sequential"] as const;
      return evaluateRecommender({ ...base(), recommender, tasks, yardsticks: false, memoryMiB });
    };
    const large = await evaluate(256);
    expect(sizes).toEqual([150]);
    // 32 users x 160 items x 4 bytes = 20 KiB.
    const small = await evaluate(0.02);
    expect(sizes.slice(1)).toEqual([32, 32, 32, 32, 22]);
    expect(small.tasks[0]!.systems[0]!.metrics).toEqual(large.tasks[0]!.systems[0]!.metrics);
  });

  it("refuses a task that the recommender does not have", async () => {
    const recommender = fixedRecommender({ sequential: () => [] });
    await expect(evaluateRecommender({ ...base(), recommender, tasks: ["direct"] })).rejects.toThrow(/no direct task/);
  });

  it("shows every system with its interval", async () => {
    const text = formatEvaluation(await evaluateRecommender({ ...base(), recommender: oracle(split.test) }));
    expect(text).toMatch(/oracle on synthetic shop, test split, protocol strict: 150 of 150 users/);
    expect(text).toMatch(/oracle\s+│\s+1\.0000 │/);
    expect(text).toMatch(/id-rule/);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
  });
});
