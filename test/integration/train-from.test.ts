// Trainings that start from a finished run on a later version of its data, as real processes: what they save, what they
// keep when they are killed, and what they refuse.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embed } from "../../src/pipeline/embed/embed.ts";
import { reason } from "../../src/pipeline/reason/reason.ts";
import { growingShop } from "../support/growing-shop.ts";
import { ISRF } from "../support/isrf-command.ts";
import { until } from "../support/until.ts";

const TIMEOUT_MS = 240_000;
const TOY =
  "--preset tiny --set width=16 --set warmStartEpochs=12 --set validationUsers=20 --set batch=8 --set visitsPerEpoch=1 --set checkpointEvery=2 --epochs 2 --threads 1";

let root: string;
const at = (name: string): string => join(root, name);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  await growingShop(root, { users: 400, items: 240 });
  // How far a generative system gets matters to no case.
  await mkdir(at("small"));
  const { before, later } = await growingShop(at("small"), { users: 120, items: 120 });
  for (const dataset of [before, later]) {
    await reason({ dataset, seed: 5 });
    await embed({ dataset, seed: 5, dimensions: 32 });
  }
  const [old, sequences] = [isrf("train", at("small/shop"), ...TOY.split(" "), "--out", at("old")), "sasrec"];
  expect((await old.ended).stderr, "the run to start from").not.toContain("error");
  await ok("train", at("shop"), "--model", sequences, "--preset", "tiny", "--threads", "1", "--out", at("sasrec"));
}, TIMEOUT_MS);

afterAll(() => rm(root, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

function isrf(...words: string[]) {
  const child = spawn(process.execPath, [...ISRF, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  const texts = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (chunk: Buffer) => {
      texts[stream] += chunk.toString();
    });
  }
  const ended = once(child, "close").then(([code, signal]): Ended => ({ code, signal, ...texts }));
  return { child, ended };
}

async function ok(...words: string[]): Promise<Ended> {
  const result = await isrf(...words).ended;
  expect(result.code, `${words.join(" ")}\n${result.stderr}`).toBe(0);
  return result;
}

async function validations(run: string): Promise<number[]> {
  const lines = (await readFile(join(at(run), "metrics.jsonl"), "utf8")).trim().split("\n");
  const all = lines.map((line) => JSON.parse(line) as { kind: string; figures: Record<string, number> });
  return all.filter(({ kind }) => kind === "validation").map(({ figures }) => figures["sequential NDCG@10"]!);
}

async function checkpoint(run: string, purpose: "last" | "best"): Promise<string> {
  const pointers = await readFile(join(at(run), "checkpoint", "current.json"), "utf8");
  return (JSON.parse(pointers) as Record<string, string>)[purpose]!;
}

describe("a training that starts from a run", () => {
  it(
    "needs at most half of the epochs to come within 5 % of what one from fresh parameters reaches",
    async () => {
      const threads = ["--threads", "1"];
      await ok("train", at("shop-2"), "--model", "sasrec", "--preset", "tiny", ...threads, "--out", at("cold"));
      const { stdout } = await ok("train", at("shop-2"), "--from", at("sasrec"), ...threads, "--out", at("warm"));
      expect(stdout).toMatch(/from +\S*sasrec, which knew \d+ of the users and \d+ of the items/);
      const [cold, warm] = [await validations("cold"), await validations("warm")];
      const good = 0.95 * Math.max(...cold);
      const epochs = (scores: readonly number[]) => scores.findIndex((score) => score >= good) + 1;
      expect(epochs(warm), `cold ${cold.join(" ")}, warm ${warm.join(" ")}`).toBeGreaterThan(0);
      expect(epochs(warm)).toBeLessThanOrEqual(epochs(cold) / 2);
    },
    TIMEOUT_MS,
  );

  it(
    "goes on after a kill to the same tensors, and its evaluation says where it came from",
    async () => {
      // The second may find the run elsewhere, or not at all: what it took over lies in its own checkpoints.
      const words = (out: string) => [
        "train",
        at("small/shop-2"),
        "--from",
        at("old"),
        "--threads",
        "1",
        "--out",
        at(out),
      ];
      await ok(...words("left-alone"));
      const { child, ended } = isrf(...words("killed"));
      const step = async () => Number((await checkpoint("killed", "last").catch(() => "")).match(/\d+/)?.[0] ?? 0);
      await until(async () => (await step()) >= 6, { child });
      child.kill("SIGKILL");
      expect((await ended).signal).toBe("SIGKILL");
      await cp(at("old"), at("moved"), { recursive: true });
      await rm(at("old"), { recursive: true });
      await ok("train", at("small/shop-2"), "--threads", "1", "--out", at("killed"), "--resume");
      await cp(at("moved"), at("old"), { recursive: true });
      for (const file of ["last/optimiser", "best/model", "best/interests", "best/parameters"]) {
        const [purpose, name] = file.split("/") as ["last" | "best", string];
        const bytes = await Promise.all(
          ["left-alone", "killed"].map(async (run) =>
            readFile(join(at(run), "checkpoint", await checkpoint(run, purpose), `${name}.safetensors`)),
          ),
        );
        expect(bytes[1]!.equals(bytes[0]!), file).toBe(true);
      }
      const { from } = JSON.parse(await readFile(join(at("left-alone"), "config.json"), "utf8")) as {
        from: { directory: string; hash: string; known: { users: number; items: number } };
      };
      expect(from.directory).toBe(at("old"));
      const { stdout } = await ok("evaluate", at("left-alone"), "--users", "20", "--threads", "1", "--json");
      expect((JSON.parse(stdout) as { startedFrom: unknown }).startedFrom).toEqual({
        directory: at("old"),
        hash: from.hash,
      });
      expect((await ok("verify", at("left-alone"))).stdout).toContain("whole");
    },
    TIMEOUT_MS,
  );

  it.each([
    ["another width", ["--set", "width=32"], "width 32, expected width 16".split(", expected ")],
    ["another model", ["--model", "lightgcn"], ["lightgcn", "is a run of isrf"]],
  ])(
    "refuses %s, and says which option it is",
    async (_, more, words) => {
      const { code, stderr } = await isrf(
        "train",
        at("small/shop-2"),
        "--from",
        at("old"),
        ...more,
        "--out",
        at("other"),
      ).ended;
      expect(code).toBe(2);
      for (const word of words) expect(stderr).toContain(word);
      expect(stderr).toContain("without --from");
    },
    TIMEOUT_MS,
  );

  it(
    "refuses a run that was shown what the data hold out",
    async () => {
      await ok("train", at("shop-2"), "--model", "sasrec", "--preset", "tiny", "--epochs", "1", "--out", at("ahead"));
      const { code, stderr } = await isrf("train", at("shop"), "--from", at("ahead"), "--out", at("back")).ended;
      expect(code).toBe(2);
      expect(stderr).toContain("holds out for validation or test");
    },
    TIMEOUT_MS,
  );
});
