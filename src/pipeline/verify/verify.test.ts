// Files that are gone are told of, as damaged ones are.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { writeSealedDirectory } from "../../base/checksums.ts";
import { writeSealedJson } from "../../base/sealed-json.ts";
import { writeRunConfig } from "../../runs/run.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import { verify } from "./verify.ts";

let run: string;

const fill = (directory: string) => writeFile(join(directory, "model.json"), "{}");

/** As a training of ISRF with two witnesses leaves it, without what would be read of the files. */
beforeEach(async () => {
  run = join(await temporaryDirectory(), "run");
  await mkdir(run);
  await writeRunConfig(run, {
    format: 1,
    kind: "run",
    productVersion: "0.1.0",
    model: "isrf",
    preset: "tiny",
    options: { witnessSequence: true, witnessText: true },
    seed: 1,
    protocol: "strict",
    device: "cpu",
    dataset: { directory: "shop", name: "shop", hash: "h" },
    embeddings: null,
  });
  await writeSealedJson(join(run, "ids.json"), { format: 1, kind: "ids", users: [], items: [] });
  for (const directory of [run, join(run, "sequence")]) {
    const checkpoints = Checkpoints.ofRun(directory);
    await checkpoints.write("best", 1, fill);
    await checkpoints.write("last", 2, fill);
  }
  await writeSealedDirectory(join(run, "evidence"), (directory) => writeFile(join(directory, "weights.json"), "{}"));
  await writeSealedJson(join(run, "summary.json"), {});
});

/** Damaged parts, below the run. */
async function damaged(): Promise<string[]> {
  const parts = await verify(run);
  return parts.filter(({ state }) => state === "damaged").map(({ path }) => path.slice(run.length + 1));
}

// This run has none to begin with.
const LOST = "training.json";

it("misses what a training was given, where the run is of a version that writes it", async () => {
  expect(await damaged()).toEqual([LOST]);
  const [{ problem } = {}] = (await verify(run)).filter(({ state }) => state === "damaged");
  expect(problem).toBe(
    `${run}/${LOST}: found nothing, expected what the training was given. Train the run again, into another --out, or take it from a copy.`,
  );
});

it.each(["checkpoint/current.json", "sequence/checkpoint/current.json"])("misses %s", async (name) => {
  await rm(join(run, name));
  expect(await damaged()).toContain(name);
});

it("misses the names of checkpoints of a training that has not ended", async () => {
  await rm(join(run, "summary.json"));
  expect(await damaged()).toEqual([LOST]);
  await rm(join(run, "checkpoint/current.json"));
  expect(await damaged()).toContain("checkpoint/current.json");
});

it("misses the parts that the run's system answers from", async () => {
  await rm(join(run, "evidence"), { recursive: true });
  await rm(join(run, "sequence"), { recursive: true });
  expect((await damaged()).sort()).toEqual(["evidence", "sequence/checkpoint/current.json", LOST]);
});

it.each(["summary.json", "evaluation.json"])(
  "says of records that came with %s alone that models are missing",
  async (name) => {
    for (const folder of ["checkpoint", "sequence", "evidence"]) await rm(join(run, folder), { recursive: true });
    await rm(join(run, "summary.json"));
    await writeSealedJson(join(run, name), {});
    const [{ path, problem } = {}] = (await verify(run)).filter(({ state }) => state === "damaged");
    expect([path, problem]).toEqual([
      `${run}/checkpoint`,
      expect.stringMatching(/found nothing, expected the models of a run that was trained. Its records can be read/),
    ]);
  },
);

it("misses the settings of a run", async () => {
  await rm(join(run, "config.json"));
  expect(await damaged()).toEqual(["config.json"]);
});
