// Every leak planted, one by one, must be found, and nothing else; a clean run has none.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeJsonAtomic } from "../../src/base/files.ts";
import { Random } from "../../src/base/random.ts";
import {
  type Dataset,
  leakedLists,
  type Split,
  splitLeaveLastTwo,
  type TrainingLists,
  trainingLists,
} from "../../src/data/index.ts";
import { questionLeaks } from "../../src/pipeline/audit/question-leaks.ts";
import type { Recorded } from "../../src/pipeline/audit/recording.ts";
import type { EvaluationRecord } from "../../src/pipeline/evaluate/evaluation-record.ts";
import { lastItems } from "../../src/pipeline/evaluate/questions.ts";
import { readEvaluation } from "../../src/pipeline/evaluate/store.ts";
import type { Recommender } from "../../src/recommenders/recommender.ts";
import { popularity } from "../../src/recommenders/yardsticks/index.ts";
import { auditPlanted, numberedShop, type Planted, presentLeaks } from "../support/audited-run.ts";
import { fixedRecommender } from "../support/fixed-recommender.ts";

let folder: string;
let dataset: Dataset;
let split: Split;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-audit-"));
  dataset = await numberedShop(folder);
  split = splitLeaveLastTwo(dataset);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const withItem = (lists: readonly Int32Array[], user: number, item: number): TrainingLists =>
  trainingLists(lists.map((items, u) => (u === user ? Int32Array.of(...items, item) : items)));

/** Popularity with other answers in the direct task. */
function direct(rankDirect: Recommender["rankDirect"]): Recommender {
  return { ...popularity({ split }), rankDirect };
}

function spoilRecord(change: (record: EvaluationRecord) => unknown): Planted {
  return {
    spoil: async (directory) => {
      const path = join(directory, "evaluation.json");
      await writeJsonAtomic(path, change(await readEvaluation(directory)));
    },
  };
}

/** Model's metrics of every question changed by `change`. */
function withMetrics(change: (metrics: Record<string, { value: number }>) => object): Planted {
  return spoilRecord((record) => ({
    ...record,
    tasks: record.tasks.map((task) => ({
      ...task,
      systems: task.systems.map((system, i) =>
        i === 0 ? { ...system, metrics: { ...system.metrics, ...change(system.metrics as never) } } : system,
      ),
    })),
  }));
}

describe("the audit of a clean run", () => {
  it("finds nothing present, and says so of every leak", async () => {
    const audit = await auditPlanted(dataset);
    expect(presentLeaks(audit)).toEqual([]);
    expect(audit.leaks).toBe(0);
    expect(new Set(audit.findings.map(({ leak }) => leak)).size).toBe(20);
    expect(audit.findings.filter(({ verdict }) => verdict !== "absent")).toEqual([]);
  });

  it("says that popularity was not asked beside it, where canaries alone were, as of a study's cells", async () => {
    const { findings, leaks } = await auditPlanted(dataset, { evaluated: "canary", audit: { controls: false } });
    const { verdict, reason } = findings.find(({ leak }) => leak === "L12")!;
    expect([verdict, leaks]).toEqual(["not measurable", 0]);
    expect(reason).toContain("the untrained methods were not asked beside it");
  });

  it("says what it cannot measure where nothing is stored", async () => {
    const { findings } = await auditPlanted(dataset, { evaluated: false, audit: { controls: false } });
    const unknown = findings.filter(({ verdict }) => verdict === "not measurable").map(({ leak }) => leak);
    expect(unknown).toEqual(["L12", "ties", "record"]);
  });
});

describe("a planted leak", () => {
  const planted: [string, () => Planted][] = [
    ["L1", () => ({ view: (view) => ({ ...view, graph: withItem(view.graph, 3, split.test[3]!) }) })],
    ["L1", () => ({ view: (view) => ({ ...view, prefixes: withItem(view.prefixes, 3, split.test[3]!) }) })],
    ["L3", () => ({ view: (view) => ({ ...view, graph: withItem(view.graph, 3, split.valid[3]!) }) })],
    ["L6", () => ({ view: (view) => ({ ...view, spared: leakedLists(dataset.sequences) }) })],
    [
      "L2",
      () => {
        const itemOrder = Int32Array.from(dataset.items, ({ sourceNumber }) => sourceNumber - 1);
        return { recommender: { ...popularity({ split }), itemOrder } };
      },
    ],
    [
      "L8",
      () => ({
        recommender: direct(async (requests, count) => {
          for (const { candidates } of requests) candidates.reverse();
          return popularity({ split }).rankDirect(requests, count);
        }),
      }),
    ],
    ["L9", () => ({ options: { labelPadding: "trained" } })],
    ["L13", () => ({ summary: { epoch: 9, bestEpoch: 8, staleEpochs: 5 } })],
    ["L12", () => ({ evaluated: "bare" })],
    [
      "L15",
      () => ({
        recommender: direct(async (requests, count) => {
          const lists = await popularity({ split }).rankDirect(requests, count);
          return lists.map(({ items, scores }) => ({ items, scores: scores.map((score) => score + requests.length) }));
        }),
      }),
    ],
    ["L15", () => ({ options: { promptPadding: "visible" } })],
    [
      "answers",
      () => ({
        recommender: direct(async (requests) =>
          requests.map(({ candidates }) => ({
            items: Int32Array.of(candidates[0]!, candidates[0]!),
            scores: Float32Array.of(1, 0),
          })),
        ),
        audit: { controls: false },
      }),
    ],
  ];

  it.each(planted)("%s is found, and nothing else", async (leak, plant) => {
    const found = presentLeaks(await auditPlanted(dataset, { audit: { controls: false }, ...plant() }));
    // A list with repeats is refused as an answer and counted as a repeat.
    expect(found).toEqual(leak === "answers" ? ["L10", "answers"] : [leak]);
  });

  it("L10 and a record that does not follow from its ranks are found in metrics that no lists can have", async () => {
    const better = withMetrics((metrics) => ({
      "HR@10": { ...metrics["HR@10"], value: metrics["HR@10"]!.value + 0.3 },
    }));
    expect(presentLeaks(await auditPlanted(dataset, { ...better, audit: { controls: false } }))).toEqual([
      "L10",
      "record",
    ]);
  });

  it("L11 is found in raw metrics with random items, beside the repeats that they count", async () => {
    const raw = { metrics: {}, repeatedLists: 0, filled: 0.1 };
    const filled = spoilRecord((record) => ({
      ...record,
      tasks: record.tasks.map((task) => ({ ...task, systems: task.systems.map((system) => ({ ...system, raw })) })),
    }));
    expect(presentLeaks(await auditPlanted(dataset, { ...filled, audit: { controls: false } }))).toEqual([
      "L10",
      "L11",
    ]);
  });

  it("a model that has found out how candidates are shuffled fails both controls, whatever the items are", async () => {
    const recommender = direct(async (requests) =>
      requests.map(({ userIndex, candidates }) => {
        const places = Int32Array.from(candidates, (_, place) => place);
        const answer = Random.of(2023, `candidates of ${userIndex}`)
          .shuffle(places)
          .indexOf(candidates.length - 1);
        return { items: candidates.slice(answer, answer + 1), scores: Float32Array.of(1) };
      }),
    );
    const audit = await auditPlanted(dataset, { recommender });
    expect(presentLeaks(audit)).toEqual(["controls"]);
    for (const { results } of audit.controls) {
      const uniform = results.find(({ question }) => question === "direct-uniform");
      expect(uniform).toMatchObject({ hitRate: 1, verdict: "fail" });
    }
  });
});

describe("questions that tell", () => {
  const asked = (make: (user: number) => Pick<Recorded, "history" | "candidates">) => {
    const first = Array.from({ length: 120 }, (_, userIndex): Recorded => {
      const list = { items: Int32Array.of(0), scores: Float32Array.of(0) };
      return { task: "direct", userIndex, list, ...make(userIndex) };
    });
    return { first, second: first, changedRequests: 0, stored: { before: "same", after: "same" } };
  };
  const recommender = fixedRecommender({ direct: () => [] });
  const history = (user: number) => Int32Array.of(...split.prefixes[user]!, split.valid[user]!);
  const others = (user: number) =>
    Array.from({ length: split.nItems }, (_, item) => item)
      .filter((item) => !dataset.sequences[user]!.includes(item))
      .slice(0, 99);
  const verdicts = (make: Parameters<typeof asked>[0]) =>
    presentLeaks({
      findings: questionLeaks(asked(make), lastItems(dataset, split, "test"), {
        dataset,
        split,
        splitName: "test",
        recommender,
      }),
    });

  it("L7 is found where the answer is always last, and where it is missing", () => {
    const last = (user: number) => ({
      history: history(user),
      candidates: Int32Array.of(...others(user), split.test[user]!),
    });
    expect(verdicts(last)).toEqual(["L7"]);
    expect(verdicts((user) => ({ history: history(user), candidates: Int32Array.from(others(user)) }))).toEqual(["L7"]);
  });

  it("an answer in the history is found", () => {
    const rotated = (user: number) => {
      const candidates = [split.test[user]!, ...others(user)];
      return Int32Array.from([...candidates.slice(user % 100), ...candidates.slice(0, user % 100)]);
    };
    expect(verdicts((user) => ({ history: history(user), candidates: rotated(user) }))).toEqual([]);
    expect(verdicts((user) => ({ history: dataset.sequences[user]!, candidates: rotated(user) }))).toEqual(["history"]);
  });
});
