// A run that is evaluated before its training has ended: what was measured is not what lies there afterwards.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CancelledError } from "../../src/base/errors.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import { storedEvaluation } from "../../src/pipeline/audit/stored-evaluation.ts";
import { readEvaluation } from "../../src/pipeline/evaluate/index.ts";
import { evaluateCell } from "../../src/pipeline/study/evaluate-cell.ts";
import { train } from "../../src/pipeline/train/index.ts";
import { modelVersion } from "../../src/runs/model-version.ts";
import { storedEvaluation as servedEvaluation } from "../../src/server/browsing/stored-evaluation.ts";
import { shell } from "../support/shell.ts";

let root: string;
let shop: string;
let run: string;
let before: string;

/** Ends within the training. */
async function trainPart(): Promise<void> {
  const stop = new AbortController();
  const overrides = { epochs: 8, width: 8, batch: 16, checkpointEvery: 1, learningRate: 0.01, patience: 8 };
  const begun = train({
    ...{ dataset: shop, out: run, model: "sasrec", preset: "tiny", overrides, seed: 1, threads: 1 },
    signal: stop.signal,
    report: (event) => {
      if (event.kind === "step" && event.stage === "train" && event.done > event.total / 4) stop.abort();
    },
  });
  await expect(begun).rejects.toThrow(CancelledError);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  [shop, run] = [join(root, "shop"), join(root, "run")];
  await synthesiseShop({ users: 60, items: 80, seed: 5, name: "shop", out: shop });
  await trainPart();
  before = await modelVersion(run);
  const evaluated = await shell(`evaluate ${run} --threads 1`, commands);
  expect(evaluated).toMatchObject({ code: 0 });
  await train({ dataset: shop, out: run, resume: true, threads: 1 });
  expect(await modelVersion(run)).not.toBe(before);
});

afterAll(() => rm(root, { recursive: true, force: true }));

it("names the model that was measured", async () => {
  expect((await readEvaluation(run)).modelVersion).toBe(before);
  expect(await servedEvaluation(run, before)).toBeDefined();
});

it("is refused in a comparison", async () => {
  const { code, stdout, stderr } = await shell(`compare ${run}`, commands);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("was trained again, or further, after its evaluation");
  expect(stderr).toContain(`Run: isrf evaluate ${run}`);
});

it("is no evaluation of the model that is audited or served", async () => {
  const told: string[] = [];
  const { record } = await storedEvaluation(run, (event) => told.push(event.kind === "warning" ? event.message : ""));
  expect(record).toBeUndefined();
  expect(told.join()).toContain("after its evaluation, which is left out");
  expect(await servedEvaluation(run, await modelVersion(run))).toBeUndefined();
});

it("is made anew by a study, and stands in comparisons then", async () => {
  await evaluateCell(run, { dataset: shop, embeddings: "lsa", threads: 1 });
  expect((await readEvaluation(run)).modelVersion).toBe(await modelVersion(run));
  const { code } = await shell(`evaluate ${run} --threads 1`, commands);
  expect(code).toBe(0);
  expect((await shell(`compare ${run}`, commands)).code).toBe(0);
});
