// `isrf data split` and what follows on its datasets, through the command line.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import type { Recommendations } from "../../src/index.ts";
import type { Comparison } from "../../src/pipeline/compare/comparison.ts";
import type { EvaluationRecord, SystemEvaluation } from "../../src/pipeline/evaluate/evaluation-record.ts";
import { shell } from "../support/shell.ts";

let root: string;
const TRAIN = "--preset tiny --epochs 1";
/** ISRF by witnesses, as small as says something: texts, a sequence model and interests beside popularity. */
const ISRF = [
  ...["width=16", "layers=1", "warmStartEpochs=1", "validationUsers=20", "batch=32", "visitsPerEpoch=1"],
  ...["sequenceWidth=16", "sequenceEpochs=3", "sequenceValidationUsers=20", "weightUsers=100", "weightReportUsers=20"],
  ...["witnessGenerator=false", "witnessGroup=false", "witnessNeighbours=false", "witnessNearest=false"],
]
  .map((one) => `--set ${one}`)
  .join(" ");

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  await synthesiseShop({ users: 240, items: 150, seed: 5, out: at("shop") });
  await ok(`data split ${at("shop")} --cold-items .1 --out ${at("items")}`);
  await ok(`data split ${at("shop")} --cold-users .1 --out ${at("users")}`);
  await ok(`data split ${at("shop")} --time .6 --out ${at("later")}`);
  for (const data of ["items", "users", "later"]) {
    for (const model of ["sasrec", "lightgcn"]) {
      await ok(`train ${at(data)} --model ${model} ${TRAIN} --out ${at(`${data}-${model}`)}`);
    }
    await ok(`reason ${at(data)}`);
    await ok(`embed ${at(data)} --dimensions 32`);
    await ok(`train ${at(data)} ${TRAIN} ${ISRF} --out ${at(`${data}-isrf`)}`);
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

const at = (name: string) => join(root, name);

async function ok(line: string): Promise<string> {
  const { code, stdout, stderr } = await shell(`${line} --quiet`, commands);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

async function json<T>(line: string): Promise<T> {
  return JSON.parse(await ok(`${line} --json`)) as T;
}

async function refusal(line: string): Promise<string> {
  const { code, stdout, stderr } = await shell(line, commands);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr;
}

function systemOf(record: EvaluationRecord, question: number, name: string): SystemEvaluation {
  return record.tasks[question]!.systems.find((system) => system.name === name)!;
}

describe("cold items", () => {
  it("are asked for out of everything, among themselves and among candidates, and who knows nothing of them is marked", async () => {
    const record = await json<EvaluationRecord>(`evaluate ${at("items-sasrec")}`);
    expect(record.dataset.asks).toBe("cold items, 10.0 % by seed 2023");
    expect(record.fingerprint.questions).toMatch(/^cold items, 10.0 % by seed 2023, [0-9a-f]{16}$/);
    expect(record.tasks.map(({ task, among, candidates }) => [task, among ?? candidates])).toEqual([
      ["sequential", undefined],
      ["sequential", "cold items"],
      // Negatives by popularity are never cold, which would give the answer away.
      ["direct", "uniform"],
    ]);
    expect(record.tasks.every(({ coldTargets }) => coldTargets === 1)).toBe(true);
    expect(record.tasks[1]!.answers).toBeLessThanOrEqual(15);
    expect(record.checks.filter(({ name }) => name.includes("cold items are absent"))).toHaveLength(3);
    expect(record.checks.every(({ verdict }) => verdict !== "fail")).toBe(true);
    for (const name of ["sasrec", "popularity"]) expect(systemOf(record, 0, name).coldItemsByChance).toBe(true);
    const text = await ok(`evaluate ${at("items-sasrec")}`);
    expect(text).toContain("asked of a data set that was split: cold items, 10.0 % by seed 2023");
    expect(text).toMatch(/° knows nothing of items that training never saw: .*: sasrec, popularity/);
  });

  it("are found by their texts, whose rows carry no mark", async () => {
    const record = await json<EvaluationRecord>(`evaluate ${at("items-lightgcn")} --embeddings lsa`);
    const byText = systemOf(record, 1, "text-knn");
    expect(byText.coldItemsByChance).toBeUndefined();
    expect(systemOf(record, 1, "item-knn").coldItemsByChance).toBe(true);
    expect(byText.metrics["HR@10"].value).toBeGreaterThan(record.tasks[1]!.random["HR@10"]);
  });

  it("are answered by ISRF out of everything and among candidates, where who learns ids alone finds none", async () => {
    const record = await json<EvaluationRecord>(`evaluate ${at("items-isrf")}`);
    for (const [question, { random }] of record.tasks.entries()) {
      const isrf = systemOf(record, question, "isrf");
      expect(isrf.coldItemsByChance).toBeUndefined();
      expect(isrf.metrics["HR@10"].value).toBeGreaterThan(random["HR@10"]);
    }
    for (const question of [0, 2]) expect(systemOf(record, question, "item-knn").metrics["HR@10"].value).toBe(0);
  });
});

describe("cold users", () => {
  it("are answered by their history, or said not to be", async () => {
    const read = await json<EvaluationRecord>(`evaluate ${at("users-sasrec")}`);
    expect(read.users).toEqual({ evaluated: 24, total: 24 });
    expect(systemOf(read, 0, "sasrec").unanswered).toBeUndefined();
    const known = await json<EvaluationRecord>(`evaluate ${at("users-lightgcn")}`);
    expect(systemOf(known, 0, "lightgcn")).toMatchObject({ unanswered: 24, metrics: { "HR@10": { value: 0 } } });
    expect(systemOf(known, 0, "item-knn").unanswered).toBeUndefined();
    const text = await ok(`evaluate ${at("users-lightgcn")}`);
    expect(text).toMatch(/│ lightgcn –\s+│\s+– │/);
    expect(text).toContain("who count as misses: lightgcn 24 of 24");
    const table = await ok(`compare ${at("users-sasrec")} ${at("users-lightgcn")} --format csv`);
    expect(table).toContain("lightgcn");
  });

  it("are answered by ISRF, each of them, better than by popularity", async () => {
    const record = await json<EvaluationRecord>(`evaluate ${at("users-isrf")}`);
    expect(record.users).toEqual({ evaluated: 24, total: 24 });
    for (const question of record.tasks.keys()) {
      const [isrf, popularity] = ["isrf", "popularity"].map((name) => systemOf(record, question, name));
      expect(isrf!.unanswered).toBeUndefined();
      expect(isrf!.metrics["HR@10"].value).toBeGreaterThan(popularity!.metrics["HR@10"].value);
    }
  });

  it("get recommendations by the model that can, else by item-kNN", async () => {
    const [item] = (await json<Recommendations>(`recommend ${at("users-sasrec")} --user ${await anyUser()}`))
      .recommendations;
    const history = `--history ${item!.item.itemId}`;
    for (const system of ["sasrec", "isrf"]) {
      const own = await json<Recommendations>(`recommend ${at(`users-${system}`)} ${history}`);
      expect(own).toMatchObject({ system });
      expect(own.fallback).toBeUndefined();
    }
    const other = await json<Recommendations>(`recommend ${at("users-lightgcn")} ${history}`);
    expect(other).toMatchObject({ system: "item-knn", fallback: "item-knn" });
  });
});

async function anyUser(): Promise<string> {
  const lines = (await ok(`recommend ${at("users-sasrec")} --all-users --format csv --top 1`)).split("\n");
  return lines[1]!.split(",")[0]!.replaceAll('"', "");
}

describe("a later time", () => {
  it("is asked for of each user, known or new", async () => {
    const record = await json<EvaluationRecord>(`evaluate ${at("later-lightgcn")}`);
    const stats = await json<{ split: { newUsers: number; asked: { test: number } } }>(`data stats ${at("later")}`);
    expect(record.users.total).toBe(stats.split.asked.test);
    expect(stats.split.newUsers).toBeGreaterThan(0);
    expect(systemOf(record, 0, "lightgcn").unanswered).toBe(stats.split.newUsers);
    const byWitnesses = await json<EvaluationRecord>(`evaluate ${at("later-isrf")}`);
    for (const question of byWitnesses.tasks.keys())
      expect(systemOf(byWitnesses, question, "isrf").unanswered).toBeUndefined();
    const valid = await json<EvaluationRecord>(`evaluate ${at("later-sasrec")} --split valid`);
    expect(valid.split).toBe("valid");
  });
});

describe("a split dataset", () => {
  it.each(["items", "users", "later"])("(%s) passes both audits", async (data) => {
    await ok(`data audit ${at(data)}`);
    for (const system of data === "items" ? ["sasrec", "isrf"] : ["sasrec"]) {
      await ok(`evaluate ${at(`${data}-${system}`)}`);
      const { findings, leaks } = await json<{ findings: { leak: string; verdict: string }[]; leaks: number }>(
        `audit ${at(`${data}-${system}`)}`,
      );
      expect(leaks).toBe(0);
      expect(findings.find(({ leak }) => leak === "held-out")?.verdict).toBe("absent");
      expect(findings.find(({ leak }) => leak === "history")?.verdict).toBe("absent");
    }
  });

  it("never stands in one column with another, and names itself over its own", async () => {
    for (const run of ["items-sasrec", "items-lightgcn", "users-sasrec", "users-lightgcn"])
      await ok(`evaluate ${at(run)}`);
    await ok(`data split ${at("shop")} --cold-users .1 --seed 7 --name items --out ${at("twin")}`);
    await ok(`train ${at("twin")} --model sasrec ${TRAIN} --out ${at("twin-sasrec")}`);
    await ok(`evaluate ${at("twin-sasrec")}`);
    const words = await refusal(`compare ${at("items-sasrec")} ${at("twin-sasrec")}`);
    expect(words).toMatch(/questions: cold items, .* \/ cold users, /);
    const runs = ["items-sasrec", "items-lightgcn", "users-sasrec", "users-lightgcn"].map(at).join(" ");
    const { datasets, questions } = await json<Comparison>(`compare ${runs}`);
    expect(datasets.map(({ name }) => name)).toEqual([
      "items (cold items, 10.0 % by seed 2023)",
      "users (cold users, 10.0 % by seed 2023)",
    ]);
    expect(questions.map(({ question }) => question)).toContain("sequential-cold");
  });

  it("is a data set of a study like any other", async () => {
    await writeFile(
      at("study.yaml"),
      `study-compare:
  out: ${at("study")}
  datasets: [${at("users")}, ${at("items")}]
  seeds: [1]
  trials: 1
  preset: tiny
  systems:
    - { model: lightgcn, set: { epochs: 1 }, grid: [{}] }
    - { model: sasrec, set: { epochs: 1 }, grid: [{}] }
`,
    );
    await ok(`study compare --config ${at("study.yaml")} --no-probe`);
    const again = await shell(`study compare --config ${at("study.yaml")} --no-probe`, commands);
    expect(again.stderr).toContain("finished before");
    expect(again.stderr).not.toMatch(/evaluate +\S+ on /);
    const { datasets } = await json<Comparison>(`compare ${at("study/results/comparison.json")}`);
    expect(datasets).toHaveLength(2);
  });

  it("is refused where it would not be what it says", async () => {
    const under = await refusal(`train ${at("users")} --model lightgcn --protocol paper --out ${at("none")}`);
    expect(under).toContain("was made by isrf data split");
    const from = await refusal(`train ${at("items")} --from ${at("users-lightgcn")} --out ${at("none")}`);
    expect(from).toContain("others may have seen what it holds out");
    expect(await refusal(`data split ${at("users")} --time .5 --out ${at("none")}`)).toContain("and split that");
    expect(await refusal(`data split ${at("shop")} --out ${at("none")}`)).toContain("expected exactly one");
    await writeFile(at("more.csv"), "user,item,timestamp\nx,y,1\n");
    const appended = await refusal(`data append ${at("users")} --interactions ${at("more.csv")} --out ${at("none")}`);
    expect(appended).toContain("Append to its source");
  });
});
