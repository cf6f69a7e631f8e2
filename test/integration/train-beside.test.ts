// Backbone and sequence model side by side: the second in a process of its own, where there are threads for both.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CancelledError } from "../../src/base/errors.ts";
import type { ProgressEvent } from "../../src/base/progress.ts";
import { type TrainOptions, train } from "../../src/pipeline/train/index.ts";
import { ISRF } from "../support/isrf-command.ts";
import { preparedShop } from "../support/trained-shop.ts";
import { until } from "../support/until.ts";

const BESIDE = "beside the backbone";
/** A limit of epochs that promises a long training, of which patience leaves a few seconds. */
const SET = {
  width: 16,
  warmStartEpochs: 1,
  validationUsers: 20,
  batch: 8,
  epochs: 1,
  checkpointEvery: 5,
  sequenceEpochs: 100_000,
  sequencePatience: 3,
};

let root: string;
let shop: string;
/** Each part by one thread, one after the other. */
let inTurn: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = await preparedShop(root);
  inTurn = join(root, "in-turn");
  const { preparation } = await train(by(inTurn, 1));
  expect(preparation!.map(({ detail }) => detail).join()).not.toContain(BESIDE);
});

afterAll(() => rm(root, { recursive: true, force: true }));

function by(out: string, threads: number, more: Partial<TrainOptions> = {}): TrainOptions {
  return { dataset: shop, model: "isrf", preset: "tiny", overrides: SET, out, threads, ...more };
}

/** What was trained: the best parameters of both parts. */
async function parameters(run: string): Promise<Record<string, string>> {
  const parts = { backbone: "", sequence: "sequence" };
  const read = async (part: string) => {
    const folder = join(run, part, "checkpoint");
    const { best } = JSON.parse(await readFile(join(folder, "current.json"), "utf8")) as { best: string };
    return readFile(join(folder, best, "model.safetensors"), "base64");
  };
  const entries = Object.entries(parts).map(async ([name, part]) => [name, await read(part)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** The process of `parent` that trains a part. */
function partProcess(parent: number): number | undefined {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const found = lines
    .map((line) => line.trim().split(/\s+/))
    .find(([, of, ...args]) => Number(of) === parent && args.join().includes("part-process"));
  return found && Number(found[0]);
}

async function begunApart(parent: number): Promise<number> {
  await until(async () => partProcess(parent) !== undefined);
  return partProcess(parent)!;
}

/** Calls `then` once the sequence model has trained some epochs in its process. */
function afterEpochs(then: () => void): (event: ProgressEvent) => void {
  let isCalled = false;
  return (event) => {
    if (isCalled || event.kind !== "step" || event.stage !== "sequence model" || event.done < 3) return;
    isCalled = true;
    then();
  };
}

describe("a sequence model that is trained beside the backbone", { timeout: 240_000 }, () => {
  it("goes on here where somebody kills its process, which is told, and is the same", async () => {
    const run = join(root, "killed");
    const told: string[] = [];
    const kill = afterEpochs(() => process.kill(partProcess(process.pid)!, "SIGKILL"));
    const report = (event: ProgressEvent) => {
      if (event.kind === "warning") told.push(event.message);
      kill(event);
    };
    const { preparation, apartBytes } = await train(by(run, 2, { report }));
    expect(told.join()).toMatch(/process of the sequence model ended by SIGKILL.*goes on here/);
    expect(preparation!.map(({ detail }) => detail).join()).not.toContain(BESIDE);
    expect(apartBytes).toBeUndefined();
    expect(await parameters(run)).toEqual(await parameters(inTurn));
  });

  it("is stopped with the whole, goes on with it, and both are what they would be one after the other", async () => {
    const run = join(root, "beside");
    const controller = new AbortController();
    const report = afterEpochs(() => controller.abort());
    const stopped = train(by(run, 2, { report, signal: controller.signal }));
    await expect(stopped).rejects.toThrow(CancelledError);
    expect(partProcess(process.pid)).toBeUndefined();
    const { preparation, apartBytes, besideSeconds, seconds } = await train(by(run, 2, { resume: true }));
    expect(preparation!.map(({ detail }) => detail).join()).toContain(BESIDE);
    expect(apartBytes).toBeGreaterThan(50e6);
    expect(besideSeconds).toBeLessThan(seconds);
    expect(await parameters(run)).toEqual(await parameters(inTurn));
  });

  it("ends when the command is killed", async () => {
    const words = Object.entries(SET).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
    const command = ["train", shop, "--preset", "tiny", ...words, "--threads", "2", "--out", join(root, "alone")];
    const child = spawn(process.execPath, [...ISRF, ...command], { stdio: "ignore" });
    const part = await begunApart(child.pid!);
    child.kill("SIGKILL");
    await once(child, "exit");
    await until(async () => {
      try {
        return !process.kill(part, 0);
      } catch {
        return true;
      }
    });
  });
});
