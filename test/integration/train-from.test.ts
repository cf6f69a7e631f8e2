// Trainings that start from a finished run on a later version of its data, as real processes: what they save, what they
// keep when they are killed, and what they refuse.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
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
  "--preset tiny --set width=16 --set warmStartEpochs=12 --set validationUsers=20 --set batch=8 --set visitsPerEpoch=1 --set checkpointEvery=2 --set sequenceEpochs=4 --epochs 2 --threads 1";

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

/** Tensors of a run that answers rest on, by what they are: names of checkpoints may differ from run to run. */
async function tensorsOf(run: string): Promise<ReadonlyMap<string, Buffer>> {
  const folders: Record<string, string> = { evidence: join(at(run), "evidence") };
  for (const part of [run, join(run, "sequence")])
    for (const purpose of ["last", "best"] as const)
      folders[`${part === run ? "backbone" : "sequence"} ${purpose}`] = join(
        at(part),
        "checkpoint",
        await checkpoint(part, purpose),
      );
  const found = new Map<string, Buffer>();
  for (const [name, folder] of Object.entries(folders))
    for (const file of (await readdir(folder)).filter((each) => each.endsWith(".safetensors")).sort())
      found.set(`${name} ${file}`, await readFile(join(folder, file)));
  return found;
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
      const resume = ["train", at("small/shop-2"), "--threads", "1", "--out", at("killed"), "--resume"];
      const killedOnce = async ({ child, ended }: ReturnType<typeof isrf>, isFar: () => Promise<boolean>) => {
        await until(isFar, { child });
        child.kill("SIGKILL");
        expect((await ended).signal).toBe("SIGKILL");
      };
      const stepOf = async (run: string) =>
        Number((await checkpoint(run, "last").catch(() => "")).match(/\d+/)?.[0] ?? -1);
      await ok(...words("left-alone"));
      await killedOnce(isrf(...words("killed")), async () => (await stepOf("killed")) >= 6);
      // The sequence model has yet to take over what it starts from.
      await rename(at("old"), at("moved"));
      const refused = await isrf(...resume).ended;
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain(at("old"));
      expect(refused.stderr).toContain("sequence");
      await rename(at("moved"), at("old"));
      await killedOnce(isrf(...resume), async () => (await stepOf("killed/sequence")) >= 0);
      // From here on what was taken over lies in the run's own checkpoints.
      await rename(at("old"), at("moved"));
      await ok(...resume);
      await rename(at("moved"), at("old"));
      const [alone, killed] = [await tensorsOf("left-alone"), await tensorsOf("killed")];
      expect([...killed.keys()]).toEqual([...alone.keys()]);
      expect([...alone.keys()].map((name) => name.split(" ")[0])).toEqual(
        expect.arrayContaining(["backbone", "sequence", "evidence"]),
      );
      for (const [name, bytes] of alone) expect(killed.get(name)!.equals(bytes), name).toBe(true);
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
    // Two trainings, one of them begun three times.
    2 * TIMEOUT_MS,
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
