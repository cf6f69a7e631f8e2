// One writer: the second is told who is there, and a killed one is in nobody's way.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { exists } from "../../src/base/files.ts";
import { lockBeside, withLock } from "../../src/base/lock.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { MetricsLog } from "../../src/training/metrics-log.ts";
import { ISRF } from "../support/isrf-command.ts";
import { shell } from "../support/shell.ts";
import { preparedShop } from "../support/trained-shop.ts";
import { until } from "../support/until.ts";

let root: string;
let shop: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = await preparedShop(root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

function isrf(words: string): ChildProcess {
  return spawn(process.execPath, [...ISRF, ...words.split(" ")], { stdio: ["ignore", "ignore", "pipe"] });
}

const train = (run: string, epochs: number) =>
  `train ${shop} --model sasrec --preset tiny --epochs ${epochs} --out ${run}`;

it("a training that goes on refuses another, by name; killed, it is gone on with at once", {
  timeout: 120_000,
}, async () => {
  const run = join(root, "killed");
  const child = isrf(`${train(run, 10_000)} --set patience=10000`);
  await until(() => exists(join(run, "checkpoint", "current.json")), { child });
  const second = await shell(`train ${shop} --out ${run} --resume`, commands);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`${run}: isrf train (pid ${child.pid} on `);
  expect(second.stderr).toContain("is writing there. Wait until it has ended, or stop it");
  child.kill("SIGKILL");
  await once(child, "exit");
  const log = new MetricsLog(join(run, "metrics.jsonl"));
  const lastStep = async () => Math.max(...(await log.read()).map(({ step }) => step));
  const killedAt = await lastStep();
  const controller = new AbortController();
  let isOver = false;
  const third = shell(`train ${shop} --out ${run} --resume`, commands, { signal: controller.signal }).finally(() => {
    isOver = true;
  });
  while (!isOver && (await lastStep()) <= killedAt) await new Promise((resolve) => setTimeout(resolve, 20));
  controller.abort("SIGINT");
  const { code, stderr } = await third;
  expect(code, stderr).toBe(130);
  expect(await lastStep()).toBeGreaterThan(killedAt);
  const lines = await log.read();
  const keys = lines.map(({ kind, step }) => `${kind} ${step}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(await readdir(run)).not.toContain(".lock");
});

it("of two trainings that start together, one does the work", { timeout: 120_000 }, async () => {
  const run = join(root, "together");
  const codes = await Promise.all(
    [1, 2].map(async (seed) => (await once(isrf(`${train(run, 2)} --seed ${seed}`), "exit"))[0] as number),
  );
  expect(codes.filter((code) => code === 0)).toHaveLength(1);
  const winner = codes.indexOf(0) + 1;
  expect(JSON.parse(await readFile(join(run, "config.json"), "utf8"))).toMatchObject({ seed: winner });
  const lines = await new MetricsLog(join(run, "metrics.jsonl")).read();
  expect(lines.filter(({ kind }) => kind === "validation")).toHaveLength(2);
  expect((await shell(`verify ${run}`, commands)).code).toBe(0);
});

it("a dataset is not replaced while somebody writes texts or vectors into it, nor the other way round", async () => {
  const synth = `data synth --users 40 --items 120 --out ${shop} --overwrite`;
  const vectors = lockBeside(join(shop, "embeddings", "lsa"));
  await withLock(vectors, { command: "isrf embed" }, async () => {
    const { code, stderr } = await shell(synth, commands);
    expect(code).toBe(1);
    expect(stderr).toContain("isrf embed (pid ");
    expect((await shell(`embed ${shop} --name lsa`, commands)).code).toBe(1);
    expect((await shell(`embed ${shop} --name other`, commands)).code).toBe(0);
  });
  await withLock(lockBeside(shop), { command: "isrf data" }, async () => {
    for (const line of [`reason ${shop}`, `embed ${shop} --name lsa`, synth]) {
      const { code, stderr } = await shell(line, commands);
      expect(code, line).toBe(1);
      expect(stderr, line).toContain("isrf data (pid ");
    }
    expect((await shell(`data stats ${shop}`, commands)).code).toBe(0);
  });
  expect((await shell(synth, commands)).code).toBe(0);
});
