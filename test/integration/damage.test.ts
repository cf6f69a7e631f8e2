// No damaged byte is used: one flipped bit anywhere in an artifact, or a file cut short, and whatever reads it refuses.
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../../src/base/errors.ts";
import { Random } from "../../src/base/random.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { openDataset } from "../../src/data/index.ts";
import { openEmbeddings } from "../../src/embedding/index.ts";
import { readEvaluation, readRanks } from "../../src/pipeline/evaluate/store.ts";
import { readRunConfig } from "../../src/runs/run.ts";
import { readTrainingRecord } from "../../src/runs/training-record.ts";
import { Checkpoints } from "../../src/training/checkpoints.ts";
import { shell } from "../support/shell.ts";
import { preparedShop } from "../support/trained-shop.ts";

const FLIPS = 35;

let root: string;
let shop: string;
let run: string;
const random = Random.of(1, "damage");

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = await preparedShop(root);
  run = join(root, "run");
  for (const line of [
    `train ${shop} --model sasrec --preset tiny --epochs 2 --out ${run}`,
    `evaluate ${run} --no-yardsticks`,
  ]) {
    const { code, stderr } = await shell(line, commands);
    expect(stderr).not.toContain("error:");
    expect(code).toBe(0);
  }
});

afterAll(() => rm(root, { recursive: true, force: true }));

/** `read` with a file whose bit is flipped, and as it was again. */
async function withDamage<T>(path: string, damage: (bytes: Buffer) => Promise<unknown>, read: () => Promise<T>) {
  const whole = await readFile(path);
  await damage(Buffer.from(whole));
  try {
    return await read();
  } finally {
    await writeFile(path, whole);
  }
}

function flipIn(path: string) {
  return (bytes: Buffer) => {
    bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    return writeFile(path, bytes);
  };
}

/** Every file refuses every flip, and says where it lies. */
async function refusesAll(directory: string, files: readonly string[], read: () => Promise<unknown>): Promise<void> {
  await read();
  for (const file of files) {
    const path = join(directory, file);
    const named = basename(file) === "checksums.json" ? directory : path;
    for (let flip = 0; flip < FLIPS; flip++) {
      const refusal = expect(withDamage(path, flipIn(path), read), file).rejects.toSatisfy(
        (error) => error instanceof InputError && error.message.includes(named),
      );
      await refusal;
    }
    await expect(
      withDamage(path, (bytes) => truncate(path, Math.floor(bytes.length / 2)), read),
      file,
    ).rejects.toBeInstanceOf(InputError);
  }
  await read();
}

async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe("a flipped bit is noticed", () => {
  it("in every file of a dataset", async () => {
    const files = await filesOf(shop);
    expect(files.sort()).toEqual([
      "candidates.parquet",
      "checksums.json",
      "interactions.parquet",
      "items.parquet",
      "manifest.json",
      "truth.json",
      "users.parquet",
    ]);
    await refusesAll(shop, files, () => openDataset(shop));
  });

  it("in every file of embeddings", async () => {
    const directory = join(shop, "embeddings", "lsa");
    await refusesAll(directory, await filesOf(directory), () => openEmbeddings(shop, "lsa"));
  });

  it("in the settings of a run and in what its training was given", async () => {
    await refusesAll(run, ["config.json"], () => readRunConfig(run));
    await refusesAll(run, ["training.json", "training.safetensors"], () => readTrainingRecord(run));
  });

  it("in every file of a checkpoint, and in the file that says which is current", async () => {
    const checkpoints = Checkpoints.ofRun(run);
    for (const purpose of ["last", "best"] as const) {
      const directory = (await checkpoints.open(purpose))!;
      const files = await filesOf(directory);
      expect(files.length).toBeGreaterThan(2);
      await refusesAll(directory, files, () => checkpoints.open(purpose));
    }
    await refusesAll(join(run, "checkpoint"), ["current.json"], async () => {
      for (const purpose of ["last", "best"] as const) await checkpoints.open(purpose);
    });
  });

  it("in an evaluation and its ranks", async () => {
    const files = (await filesOf(run)).filter((name) => name === "evaluation.json" || name.startsWith("ranks-"));
    expect(files.length).toBeGreaterThan(1);
    await refusesAll(run, files, async () => {
      const record = await readEvaluation(run);
      for (const question of Object.keys(record.ranks!))
        expect(await readRanks({ directory: run, record, question })).toBeDefined();
    });
  });

  it("by isrf verify, which checks everything", async () => {
    const fine = await shell(`verify ${root} --json`, commands);
    expect(fine.code).toBe(0);
    const { parts } = JSON.parse(fine.stdout) as { parts: { path: string; state: string }[] };
    expect(new Set(parts.map(({ state }) => state))).toEqual(new Set(["whole"]));
    const best = (await Checkpoints.ofRun(run).find("best"))!;
    const paths = [
      ...["items.parquet", "truth.json", "embeddings/lsa/items.safetensors"].map((name) => join(shop, name)),
      ...["config.json", "training.safetensors", "metrics.jsonl", "summary.json", "evaluation.json"].map((name) =>
        join(run, name),
      ),
      ...(await filesOf(run)).filter((name) => name.startsWith("ranks-")).map((name) => join(run, name)),
      join(best, "model.safetensors"),
    ];
    for (const path of paths) {
      const { code, stdout, stderr } = await withDamage(path, flipIn(path), () => shell(`verify ${root}`, commands));
      expect(code, path).toBe(1);
      expect(stderr).toContain(`${root}: 1 of ${parts.length} parts are damaged.`);
      expect(stdout).toMatch(new RegExp(`^damaged +${path.replaceAll(".", "\\.")}: found `, "m"));
    }
    expect((await shell(`verify ${root}/nowhere`, commands)).code).toBe(2);
  });

  it("by the commands, with exit code 2 and what to do", async () => {
    const best = (await Checkpoints.ofRun(run).find("best"))!;
    const cases = [
      [join(shop, "items.parquet"), `data stats ${shop}`, "Import the data again"],
      [join(shop, "embeddings/lsa/users.safetensors"), `train ${shop} --preset tiny --out ${root}/other`, "isrf embed"],
      [join(best, "model.safetensors"), `recommend ${run} --user x`, "Train the run again"],
      [join(run, "metrics.jsonl"), `train ${shop} --out ${run} --resume`, "Train again"],
      [join(run, "evaluation.json"), `compare ${run}`, `Run: isrf evaluate ${run}`],
    ] as const;
    for (const [path, line, todo] of cases) {
      const { code, stdout, stderr } = await withDamage(path, flipIn(path), () => shell(line, commands));
      expect({ code, stdout }, line).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(path);
      expect(stderr).toContain(todo);
    }
  });
});
