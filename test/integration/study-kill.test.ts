// A study as a real process: killed in the midst of a training, it goes on and ends as one that was left alone.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import type { Comparison } from "../../src/pipeline/compare/compare.ts";
import type { StudyRecord } from "../../src/pipeline/study/study-results.ts";
import { ISRF } from "../support/isrf-command.ts";
import { shell } from "../support/shell.ts";
import { until } from "../support/until.ts";

const TIMEOUT_MS = 240_000;
const SETTINGS = (shop: string) => `
study-compare:
  datasets: [${shop}]
  seeds: [1]
  probe: false
  trials: 2
  preset: tiny
  threads: 1
  systems:
    - model: sasrec
      set: { epochs: 3, width: 8, checkpointEvery: 1, batch: 32 }
      grid: [{ dropout: 0.1 }, { dropout: 0.2 }]
    - model: lightgcn
      set: { epochs: 2, width: 8 }
      fuse: lightgcn
`;

let root: string;
let config: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  const shop = join(root, "shop");
  await synthesiseShop({ users: 40, items: 80, seed: 5, name: "shop", out: shop });
  config = join(root, "study.yaml");
  await writeFile(config, SETTINGS(shop));
});

afterAll(() => rm(root, { recursive: true, force: true }));

function study(out: string): ChildProcess {
  const words = ["study", "compare", "--config", config, "--out", out];
  return spawn(process.execPath, [...ISRF, ...words], { stdio: ["ignore", "pipe", "pipe"] });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  const texts: string[] = [];
  child.stdout?.resume();
  child.stderr?.on("data", (chunk: Buffer) => texts.push(chunk.toString()));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code, signal, stderr: texts.join("") };
}

async function cells(out: string): Promise<string[]> {
  const all = await readdir(join(out, "cells"), { recursive: true }).catch(() => []);
  return all.filter((path) => path.endsWith("cell.json")).sort();
}

/** Wait until one training is finished and the next has a checkpoint. */
async function inTheSecondTraining(out: string, child: ChildProcess): Promise<void> {
  await until(
    async () => {
      const all = await readdir(join(out, "cells"), { recursive: true }).catch(() => [] as string[]);
      const begun = all.filter((path) => path.endsWith("current.json")).length;
      const done = (await cells(out)).length;
      if (done > 1) throw new Error("the second training was over before anybody looked");
      return begun === 2 && done === 1;
    },
    { child },
  );
}

const comparisonOf = async (out: string) =>
  JSON.parse(await readFile(join(out, "results", "comparison.json"), "utf8")) as Comparison;

const valuesOf = ({ systems, questions }: Comparison) =>
  questions.map(({ question, columns }) => ({
    question,
    columns: columns.map(({ metric, cells: values }) => [metric, values.map((cell) => cell?.values)]),
    systems: systems.map(({ label, seeds }) => [label, seeds]),
  }));

it(
  "ends with the same tables, killed and resumed, as a study that was left alone, and trains nothing twice",
  async () => {
    const [whole, killed] = [join(root, "whole"), join(root, "killed")];
    const first = await shell(`study compare --config ${config} --out ${whole}`, commands);
    expect(first.stderr).not.toContain("error:");
    expect(first.code).toBe(0);
    const victim = study(killed);
    const end = ended(victim);
    await inTheSecondTraining(killed, victim);
    victim.kill("SIGKILL");
    expect((await end).signal).toBe("SIGKILL");
    expect(existsSync(join(killed, "results", "comparison.json"))).toBe(false);
    const [finished] = await cells(killed);
    const before = (await stat(join(killed, "cells", finished!))).mtimeMs;
    expect((await ended(study(killed))).code).toBe(0);
    expect((await stat(join(killed, "cells", finished!))).mtimeMs).toBe(before);
    expect(await cells(killed)).toEqual(await cells(whole));
    const comparison = await comparisonOf(killed);
    expect(valuesOf(comparison)).toEqual(valuesOf(await comparisonOf(whole)));
    expect(comparison.systems.map(({ label, kind }) => [label, kind])).toEqual([
      ["sasrec", "model"],
      ["lightgcn", "model"],
      ["popularity", "yardstick"],
      ["fused: lightgcn + log item-knn + text cosine", "fused"],
      ["markov-1", "yardstick"],
      ["item-knn", "yardstick"],
      ["text-knn", "yardstick"],
      ["item-knn-text", "yardstick"],
    ]);
    await seesOneChoicePerSystem(whole);
  },
  TIMEOUT_MS,
);

/** Records say what was tried, what was taken, and how each training can be had again. */
async function seesOneChoicePerSystem(out: string): Promise<void> {
  const record = JSON.parse(await readFile(join(out, "results", "study.json"), "utf8")) as StudyRecord;
  expect(record.complete).toBe(true);
  for (const { trials, chosen } of record.choices) {
    const best = Math.max(...trials.map(({ validationScore }) => validationScore!));
    expect(trials).toHaveLength(2);
    expect(trials[chosen!]!.validationScore).toBe(best);
  }
  expect(record.cells).toHaveLength(4);
  for (const cell of record.cells) {
    expect(cell.command).toContain(`--model ${cell.model} --preset tiny --set`);
    expect(cell.machine.cores).toBeGreaterThan(0);
    expect(cell.training!.bestScore).toBeGreaterThanOrEqual(0);
  }
  const page = await readFile(join(out, "results", "results.md"), "utf8");
  expect(page).toMatch(/### Sequential recommendation[\s\S]*\| sasrec \|[\s\S]*### What was tried on validation items/);
}

it(
  "ends with the same tables when processes train side by side, and leaves no jobs behind",
  async () => {
    const [alone, shared] = [join(root, "whole"), join(root, "by-workers")];
    const { code, stderr } = await shell(`study compare --config ${config} --workers 2 --out ${shared}`, commands);
    expect(stderr).not.toContain("error:");
    expect(code).toBe(0);
    expect(await cells(shared)).toEqual(await cells(alone));
    expect(valuesOf(await comparisonOf(shared))).toEqual(valuesOf(await comparisonOf(alone)));
    expect(existsSync(join(shared, ".workers"))).toBe(false);
    const again = await shell(`study compare --config ${config} --workers 2 --max-minutes 5 --out ${shared}`, commands);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("--max-minutes counts one training after the other");
  },
  TIMEOUT_MS,
);

it(
  "ends with the same tables when workers elsewhere, one killed with -9, train into an object store",
  async () => {
    const [alone, shared] = [join(root, "whole"), join(root, "elsewhere")];
    const [queue, objects] = [join(root, "jobs.db"), join(root, "objects")];
    const place = ["--queue", queue, "--objects", objects];
    const worker = (cache: string) =>
      spawn(
        process.execPath,
        [
          ...ISRF,
          "worker",
          ...place,
          "--cache",
          join(root, cache),
          "--lease-seconds",
          "6",
          "--threads",
          "1",
          "--quiet",
        ],
        { stdio: ["ignore", "ignore", "pipe"] },
      );
    const studying = shell(`study compare --config ${config} ${place.join(" ")} --out ${shared}`, commands);
    const victim = worker("cache-1");
    await someStateIn(objects, victim, studying);
    victim.kill("SIGKILL");
    const next = worker("cache-2");
    next.stderr.resume();
    const { code, stderr } = await studying;
    next.kill("SIGTERM");
    expect(stderr).not.toContain("error:");
    expect(code).toBe(0);
    expect(await cells(shared)).toEqual(await cells(alone));
    expect(valuesOf(await comparisonOf(shared))).toEqual(valuesOf(await comparisonOf(alone)));
    const record = JSON.parse(await readFile(join(shared, "results", "study.json"), "utf8")) as StudyRecord;
    for (const { command } of record.cells) expect(command).toContain(`--out ${shared}`);
    expect(
      (await readdir(join(objects, "studies"), { recursive: true })).filter((path) => /json|files\//.test(path)),
    ).toEqual([]);
    await once(next, "close");
  },
  TIMEOUT_MS,
);

/** A training has put what it got to. */
async function someStateIn(objects: string, child: ChildProcess, studying: ReturnType<typeof shell>): Promise<void> {
  let over: string | undefined;
  void studying.then(({ code, stdout, stderr }) => {
    over = `the study ended by ${code} before a state was seen: ${stdout}${stderr}`;
  });
  await until(
    async () => {
      if (over !== undefined) throw new Error(over);
      const all = await readdir(join(objects, "studies"), { recursive: true }).catch(() => [] as string[]);
      return all.some((path) => path.endsWith("state.json"));
    },
    { child },
  );
}

it("stops before the next training when its time is up, with what is finished kept", async () => {
  const out = join(root, "short");
  const run = () => shell(`study compare --config ${config} --out ${out} --max-minutes 0.0001 --json`, commands);
  const { code, stdout, stderr } = await run();
  expect(stderr).not.toContain("error:");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ complete: false, done: 0, total: 4 });
  expect(await cells(out)).toEqual([]);
});

it("takes in what other commands finished, also behind a system that is still to be trained", async () => {
  const out = join(root, "shared");
  const run = async (words: string) => {
    const { code, stdout } = await shell(
      `study compare --datasets ${join(root, "shop")} --seeds 1 --trials 1 --preset tiny --minutes 0.01 --no-probe --threads 1 --out ${out} --json ${words}`,
      commands,
    );
    expect(code).toBe(0);
    return JSON.parse(stdout) as { complete: boolean; done: number; total: number; comparison: Comparison };
  };
  await run("--systems lightgcn");
  const { complete, done, total, comparison } = await run("--systems sasrec --systems lightgcn --max-minutes 0.0001");
  expect({ complete, done, total }).toEqual({ complete: false, done: 1, total: 2 });
  expect(comparison.systems.map(({ label }) => label)).toContain("lightgcn");
});

it("prints hours and trains nothing when asked for an estimate", async () => {
  const out = join(root, "estimated");
  const { code, stdout } = await shell(`study compare --config ${config} --out ${out} --probe --estimate`, commands);
  expect(code).toBe(0);
  expect(stdout).toMatch(/shop sasrec: 2 trainings, at most 3 epochs of \d+\.\d s, each at most/);
  expect(stdout).toMatch(/at most \d+\.\d (minutes|hours) of training/);
  expect(await cells(out)).toEqual([]);
});

async function refusal(words: string): Promise<string> {
  const { code, stderr } = await shell(`study compare ${words}`, commands);
  expect(code).toBe(2);
  return stderr;
}

it("refuses a folder that is not a study's, and options that do not fit", async () => {
  expect(await refusal(`--config ${config} --out ${root}`)).toContain("holds something else than a study");
  expect(await refusal(`--systems sasrek --out ${root}/x`)).toContain("Did you mean sasrec?");
  expect(await refusal(`--systems sasrec --datasets ${root}/none --out ${root}/x`)).toContain(`${root}/none`);
  expect(await refusal(`--systems sasrec --seeds 1 --seeds 1 --out ${root}/x`)).toContain("seed 1 is named twice");
});

it("refuses objects that nobody reads, and one data set under two names", async () => {
  expect(await refusal(`--systems sasrec --objects ${root}/objects --out ${root}/x`)).toMatch(/no worker is asked for/);
  const twins = join(root, "twins.yaml");
  const [a, b] = ["a", "b"].map((name) => `{ name: ${name}, synth: { users: 40, items: 60 } }`);
  await writeFile(twins, `study-compare: { datasets: [${a}, ${b}], systems: [sasrec] }\n`);
  expect(await refusal(`--config ${twins} --out ${root}/twins`)).toContain("b holds the same interactions as a");
  // Refused before texts and vectors are made, which may take hours.
  expect(await readdir(join(root, "twins", "data", "b"))).not.toContain("reasoning");
});

it("trains the chosen setting with the other seeds, and none of what is there already when seeds are added", async () => {
  const out = join(root, "seeds");
  const run = async (seeds: string) => {
    const { code, stdout, stderr } = await shell(
      `study compare --systems lightgcn --datasets ${join(root, "shop")} ${seeds} --trials 2 --preset tiny --minutes 0.01 --no-probe --threads 1 --out ${out} --json`,
      commands,
    );
    expect(stderr).not.toContain("error:");
    expect(code).toBe(0);
    return JSON.parse(stdout) as { done: number; total: number; comparison: Comparison };
  };
  expect(await run("--seeds 1")).toMatchObject({ done: 2, total: 2 });
  const before = await cells(out);
  const { done, total, comparison } = await run("--seeds 1 --seeds 2");
  expect({ done, total }).toEqual({ done: 3, total: 3 });
  expect(await cells(out)).toEqual(expect.arrayContaining(before));
  expect(comparison.systems[0]).toMatchObject({ label: "lightgcn", seeds: [1, 2] });
});

it("trains a system with its own seeds alone, and is complete then; over seeds, its one has no star", async () => {
  const [out, settings] = [join(root, "own-seeds"), join(root, "own-seeds.yaml")];
  await writeFile(
    settings,
    `study-compare:\n  datasets: [${join(root, "shop")}]\n  seeds: [1, 2]\n  trials: 1\n  preset: tiny\n  minutes: 0.01\n` +
      "  threads: 1\n  test: seeds\n  systems:\n    - { model: caser, seeds: [1] }\n    - lightgcn\n",
  );
  const { code, stdout } = await shell(`study compare --config ${settings} --no-probe --out ${out} --json`, commands);
  expect(code).toBe(0);
  const { done, total, complete, comparison } = JSON.parse(stdout);
  expect({ done, total, complete }).toEqual({ done: 3, total: 3, complete: true });
  const seeds = (comparison as Comparison).systems.map(({ label, seeds }) => [label, seeds]);
  expect(seeds.slice(0, 2)).toEqual([
    ["caser", [1]],
    ["lightgcn", [1, 2]],
  ]);
  expect(await readFile(join(out, "results/results.md"), "utf8")).toContain("seeds 1, 2 (caser 1);");
  expect(await readFile(join(out, "results/comparison.md"), "utf8")).toContain("HR@10 by how often training saw");
  expect((comparison as Comparison).testedOver).toBe("seeds");
  for (const { gain } of (comparison as Comparison).questions.flatMap(({ columns }) => columns)) {
    expect(gain?.relative).toBeDefined();
    expect(gain?.pValue).toBeUndefined();
  }
});
