import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ISRF } from "../support/isrf-command.ts";
import { preparedShop } from "../support/trained-shop.ts";
import { until } from "../support/until.ts";

// Eighty steps with a checkpoint every five, so that signals arrive in the midst of them.
// Four real processes need more than the usual time on a busy machine.
const TIMEOUT_MS = 240_000;
const WORDS =
  "--preset tiny --set width=16 --set warmStartEpochs=2 --set validationUsers=20 --set batch=4 --set visitsPerEpoch=2 --set checkpointEvery=5 --set sequenceEpochs=3 --epochs 2 --threads 1";

let root: string;
let shop: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = await preparedShop(root);
});

afterAll(() => rm(root, { recursive: true, force: true }));

function train(out: string, ...more: string[]): ChildProcess {
  const words = ["train", shop, ...WORDS.split(" "), "--out", out, ...more];
  return spawn(process.execPath, [...ISRF, ...words], { stdio: ["ignore", "pipe", "pipe"] });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  const texts: string[] = [];
  child.stdout?.resume();
  child.stderr?.on("data", (chunk: Buffer) => texts.push(chunk.toString()));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code, signal, stderr: texts.join("") };
}

/** Names of the current checkpoints: `{ last: "last-00000040", best: "best-00000080" }`. */
async function current(run: string): Promise<Record<"last" | "best", string>> {
  return JSON.parse(await readFile(join(run, "checkpoint", "current.json"), "utf8")) as Record<"last" | "best", string>;
}

/** Wait until a checkpoint of step `least` or later is there. */
async function reached(run: string, least: number, child: ChildProcess): Promise<void> {
  const step = () =>
    current(run).then(
      ({ last }) => Number(last.match(/\d+/)?.[0]),
      () => 0,
    );
  await until(async () => (await step()) >= least, { child });
}

async function tensors(run: string): Promise<Record<string, Buffer>> {
  const { last, best } = await current(run);
  const files = [`${last}/model`, `${last}/interests`, `${last}/optimiser`, `${best}/model`, `${best}/interests`];
  const contents = await Promise.all(files.map((file) => readFile(join(run, "checkpoint", `${file}.safetensors`))));
  return Object.fromEntries(files.map((file, i) => [file, contents[i]!]));
}

it(
  "ends with the same tensors and metrics, killed and resumed, as a run that was left alone",
  async () => {
    const [whole, killed] = [join(root, "whole"), join(root, "killed")];
    expect((await ended(train(whole))).code).toBe(0);
    const victim = train(killed);
    const end = ended(victim);
    await reached(killed, 25, victim);
    victim.kill("SIGKILL");
    expect((await end).signal).toBe("SIGKILL");
    expect(existsSync(join(killed, "summary.json"))).toBe(false);
    expect((await ended(train(killed, "--resume"))).code).toBe(0);
    const [expected, found] = [await tensors(whole), await tensors(killed)];
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [file, bytes] of Object.entries(expected)) expect(found[file]!.equals(bytes), file).toBe(true);
    const metrics = (run: string) => readFile(join(run, "metrics.jsonl"), "utf8");
    expect(await metrics(killed)).toBe(await metrics(whole));
  },
  TIMEOUT_MS,
);

it(
  "stops at SIGINT with 130, says how to go on, and keeps the last checkpoint",
  async () => {
    const run = join(root, "stopped");
    const child = train(run);
    const end = ended(child);
    await reached(run, 10, child);
    child.kill("SIGINT");
    const { code, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toContain("Go on with --resume");
    expect((await current(run)).last).toMatch(/^last-/);
  },
  TIMEOUT_MS,
);
