// What the first version wrote (fixtures/make-older-artifacts.sh says how) still opens, and says what it said then.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { commands } from "../../src/cli/commands/index.ts";
import type { EvaluationRecord } from "../../src/pipeline/evaluate/evaluation-record.ts";
import type { InterestExplanation } from "../../src/pipeline/explain/index.ts";
import { shell } from "../support/shell.ts";

const ARCHIVE = fileURLToPath(new URL("fixtures/older-artifacts.tar.gz", import.meta.url));
const CELLS = "study/cells/synthetic-shop";
const SYSTEMS = [
  "isrf",
  "isrf-bare",
  "elmrec",
  "pod",
  "p5",
  "rsl-proxy",
  "sasrec",
  "gru4rec",
  "hgn",
  "caser",
  "bert4rec",
  "fdsa",
  "simplex",
  "lightgcn",
  "ncl",
  "xsimgcl",
];

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  await promisify(execFile)("tar", ["-xzf", ARCHIVE, "-C", root]);
  for (const path of await readdir(root, { recursive: true }))
    if (path.endsWith("config.json")) await writePlace(join(root, path));
});

afterAll(() => rm(root, { recursive: true, force: true }));

/** The archive says PLACE where the dataset's directory was. */
async function writePlace(file: string): Promise<void> {
  await writeFile(file, (await readFile(file, "utf8")).replaceAll("PLACE", root));
}

async function stored<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(join(root, path), "utf8")) as T;
}

/** Directory of the one run of a system. */
async function runOf(label: string): Promise<string> {
  const [settings] = await readdir(join(root, CELLS, label));
  return join(CELLS, label, settings!, "seed-1");
}

async function json<T>(line: string): Promise<T> {
  const { code, stdout, stderr } = await shell(`${line} --json`, commands);
  expect(stderr).not.toContain("error:");
  expect(code).toBe(0);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as T;
}

/** To six digits, behind the point for small numbers: a float32 beyond 8 has no seventh behind its point. */
function expectNear(found: number, expected: number, path: string): void {
  if (Object.is(found, expected)) return;
  expect(Math.abs(found - expected), `${path}: ${found}, expected ${expected}`).toBeLessThanOrEqual(
    5e-7 * Math.max(1, Math.abs(expected)),
  );
}

/**
 * Equal words, numbers to six digits: kernels differ in the last bits from one processor to another, and from one order
 * of additions to another. New fields may come.
 */
function expectAlike(found: unknown, expected: unknown, path = "$"): void {
  if (typeof expected === "number") expectNear(found as number, expected, path);
  else if (typeof expected !== "object" || expected === null) expect(found, path).toBe(expected);
  else {
    if (Array.isArray(expected)) expect(found, path).toHaveLength(expected.length);
    for (const [key, value] of Object.entries(expected))
      expectAlike((found as Record<string, unknown>)[key], value, `${path}.${key}`);
  }
}

describe("a dataset of the first version", () => {
  it("has the figures it had", async () => {
    expectAlike(await json(`data stats ${root}/shop`), await stored("said/stats.json"));
  });

  it("keeps its reasoned answers: nothing is asked again", async () => {
    const { items, users, tally } = await json<Record<string, unknown>>(`reason ${root}/shop --llm offline`);
    expect({ items, users }).toEqual({ items: { subjects: 60, complete: 60 }, users: { subjects: 24, complete: 24 } });
    expect(tally).toMatchObject({ asked: 0, reused: 252 });
  });

  it("gives the texts that its embeddings were made of", async () => {
    await json(`embed ${root}/shop --encoder lsa --dimensions 16 --name again`);
    const [then, now] = await Promise.all(
      ["lsa", "again"].map((name) => stored<Record<string, unknown>>(`shop/embeddings/${name}/manifest.json`)),
    );
    // How long it took, and which answers the texts are, is told by newer versions alone.
    expect(now!.reasoning).toEqual(await stored("shop/reasoning/manifest.json"));
    expect({ ...now, name: "lsa", seconds: undefined, reasoning: undefined }).toEqual(then);
  });
});

const isNamed = (group: InterestExplanation["recommendations"][number]["group"], user: string): boolean =>
  group.some(({ userId }) => userId === user);

describe("a run of the first version", () => {
  it.each(SYSTEMS)("of %s recommends what it did", async (label) => {
    expectAlike(
      await json(`recommend ${root}/${await runOf(label)} --user chen-01 --threads 1`),
      await stored(`said/recommend-${label}.json`),
    );
  });

  it.each(SYSTEMS)("of %s has the metrics it had", async (label) => {
    const run = await runOf(label);
    const then = await stored<EvaluationRecord>(`${run}/evaluation.json`);
    const copy = join(root, "copies", label);
    await mkdir(join(root, "copies"), { recursive: true });
    await cp(join(root, run), copy, { recursive: true });
    const now = await json<EvaluationRecord>(`evaluate ${copy} --no-yardsticks --threads 1`);
    const metricsOf = (record: EvaluationRecord) =>
      record.tasks.map(({ task, systems }) => ({
        task,
        metrics: systems.find(({ kind }) => kind === "model")!.metrics,
      }));
    expectAlike(metricsOf(now), metricsOf(then));
  });

  it("explains as it did, but for groups that hold an item no more often than everybody", async () => {
    const now = await json<InterestExplanation>(
      `explain ${root}/${await runOf("isrf")} --user chen-01 --top 2 --threads 1`,
    );
    const then = await stored<InterestExplanation>("said/explain-isrf.json");
    const recommendations = then.recommendations.map((each, i) => {
      const { support, group, moved } = now.recommendations[i]!;
      if (support.isSupport) expect(group.length).toBeGreaterThan(0);
      return {
        ...each,
        group: support.isSupport ? each.group.filter(({ userId }) => isNamed(group, userId)) : [],
        moved: { by: each.moved.by, detail: moved.detail },
      };
    });
    for (const [i, { moved }] of then.recommendations.entries())
      expect(now.recommendations[i]!.moved.detail).toContain(moved.detail);
    expectAlike(now, { ...then, recommendations });
  });

  it("is audited: its records tell what they told", async () => {
    const { stdout } = await shell(`audit ${root}/${await runOf("isrf")} --threads 1`, commands);
    expect(stdout).toMatch(/unknown +L12 .*\n.*the untrained methods were not asked beside it/);
    expect(stdout).toContain("0 present, 20 absent, 1 not measurable");
  });

  it("goes on where it was stopped, to the same end", async () => {
    const { config } = await json<{ config: { options: { epochs: number } } }>(
      `train ${root}/shop --model isrf --preset tiny --set width=4 --set batch=16 --set warmStartEpochs=2 ` +
        `--set headStartEpochs=1 --set checkpointEvery=2 --epochs 4 --seed 3 --threads 1 --out ${root}/stopped --resume`,
    );
    expect(config.options.epochs).toBe(4);
    const [whole, resumed] = await Promise.all(
      ["whole", "stopped"].map((run) => stored<{ summary: Record<string, unknown> }>(`${run}/summary.json`)),
    );
    const { seconds: _then, ...expected } = whole!.summary;
    expect(resumed!.summary).toMatchObject(expected);
  });
});

/** ISRF's presets let witnesses speak by now; then they answered by heads, by another token loss. */
const BY_HEADS = {
  witnessSequence: false,
  witnessIndividual: false,
  witnessGroup: false,
  witnessNeighbours: false,
  witnessText: false,
  witnessNearest: false,
  witnessGenerator: false,
  witnessPopularity: false,
  itemHead: 1,
  candidateHead: 1,
  tokenSoftmax: "vocabulary",
  codeStart: "noise",
};
/** The generative systems' warm start has another pull on lengths by now. */
const THEN = { warmStartRegularisation: 0.01 };
const GENERATIVE = ["isrf", "elmrec", "pod", "p5", "rsl-proxy"];

const asThen = (model: string) => ({
  ...(model === "isrf" ? BY_HEADS : {}),
  ...(GENERATIVE.includes(model) ? THEN : {}),
});

describe("evaluations of the first version", () => {
  it("are set side by side as they were", async () => {
    const stored = join(root, "study/results/comparison");
    const { code, stdout } = await shell(`compare ${stored}.json --format csv`, commands);
    expect(code).toBe(0);
    // Since then lines end with the range of an item's count and its users, which are empty here, and how it was asked.
    const [head, ...lines] = (await readFile(`${stored}.csv`, "utf8")).trim().split("\n");
    expect(stdout.trim().split("\n")).toEqual([
      `${head},item_count,users,split,protocol,limit,differences`,
      ...lines.map((line) => `${line},,,test,strict,,`),
    ]);
  });

  it("a study's cells are found again: nothing is trained, and its tables are the same", async () => {
    const { "study-compare": study } = parse(await readFile(join(root, "study.yaml"), "utf8")) as {
      "study-compare": Record<string, unknown>;
    };
    const systems = (study.systems as { model: string; set?: object }[]).map((system) => {
      return { ...system, set: { ...asThen(system.model), ...system.set } };
    });
    const settings = {
      "study-compare": { ...study, systems, datasets: [join(root, "shop")], out: join(root, "study") },
    };
    await writeFile(join(root, "moved.yaml"), stringify(settings));
    const cells = await Promise.all(SYSTEMS.map(async (label) => stored(`${await runOf(label)}/cell.json`)));
    const then = await stored<{ questions: unknown }>("study/results/comparison.json");
    const { complete, failed } = await json<{ complete: boolean; failed: unknown[] }>(
      `study compare --config ${root}/moved.yaml`,
    );
    expect({ complete, failed }).toEqual({ complete: true, failed: [] });
    expect(await Promise.all(SYSTEMS.map(async (label) => stored(`${await runOf(label)}/cell.json`)))).toEqual(cells);
    const { questions } = await stored<{ questions: unknown }>("study/results/comparison.json");
    expectAlike(questions, then.questions);
  });
});
