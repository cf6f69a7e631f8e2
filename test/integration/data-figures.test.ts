// The figures that published tables give, from importing whole directories.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, test } from "vitest";
import { Random } from "../../src/base/random.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { auditDataset, datasetStatistics, importDataset, loadCandidates, openDataset } from "../../src/data/index.ts";
import { shell } from "../support/shell.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const BEAUTY = fileURLToPath(new URL("../../../shared/data/beauty", import.meta.url));
const reason = existsSync(BEAUTY) ? "" : " (skipped: ../shared/data/beauty is not on this machine)";

test.skipIf(reason !== "")(`Amazon Beauty gives its published figures${reason}`, async () => {
  const out = join(await temporaryDirectory(), "beauty");
  const imported = await importDataset({ dir: BEAUTY, out });
  const start = performance.now();
  const dataset = await openDataset(out);
  expect(performance.now() - start).toBeLessThan(3000);
  expect(dataset.hash).toBe(imported.hash);
  // Fields from the data's own stats.json, brand less the 20 "Unknown".
  expect(datasetStatistics(dataset)).toMatchObject({
    users: 22363,
    items: 12101,
    interactions: 198502,
    sequenceLength: { min: 5, median: 6, mean: 198502 / 22363, max: 204 },
    usersWith5: 7162,
    usersWithOver20: 1136,
    trainingEdges: 153776,
    coldTestTargets: 138,
    coldValidTargets: 51,
    interactionsPerItem: { min: 5, max: 431 },
    itemsWithField: { title: 12094, brand: 9983, price: 11516, categories: 12101, attributes: 12101 },
  });
  const { checks } = await auditDataset(dataset);
  const numbers = (name: string) => checks.find((check) => check.name === name)!.numbers;
  // Protocol L2: .0441 / .0453 / .0463 in the published numbering; L12: .29 by popularity.
  expect(numbers("source-id-order")["HR@1"]).toBeCloseTo(0.0441, 4);
  expect(numbers("source-id-order")["HR@5"]).toBeCloseTo(0.0453, 4);
  expect(numbers("source-id-order")["HR@10"]).toBeCloseTo(0.0463, 4);
  expect(numbers("source-id-order")["NDCG@5"]).toBeCloseTo(0.0447, 4);
  expect(numbers("source-id-order")["NDCG@10"]).toBeCloseTo(0.045, 4);
  // Protocol L2: every new maximum is the old one + 1; L1: 53.5 % of the test pairs, one simulated draw.
  expect(numbers("source-numbering")).toEqual({ newMaxima: 12101, consecutive: 12101 });
  expect(Math.abs(numbers("review-split").testUsers! / 22363 - 0.535)).toBeLessThan(0.01);
  expect(numbers("id-order")["HR@10"]).toBeLessThan(0.007);
  expect(numbers("popularity-gap")).toMatchObject({ targetMedian: 12, itemMedian: 7 });
  expect(numbers("popularity-gap")["popularityHR@10"]).toBeCloseTo(0.29, 2);
  expect((await loadCandidates(dataset, "test", "uniform")).perUser).toBe(99);
});

/** A P5 directory of exactly these figures: every user has 5 items or more, every item occurs. */
async function p5Directory(users: number, items: number, interactions: number): Promise<string> {
  const random = Random.of(11, "figures");
  const lengths = new Int32Array(users).fill(5);
  for (let left = interactions - 5 * users; left > 0; left--) lengths[random.below(users)]!++;
  let unused = items;
  const lines = Array.from(lengths, (length, user) => {
    const owned = new Set<number>();
    while (owned.size < length) owned.add(unused > 0 ? unused-- : random.below(items) + 1);
    return `${user + 1} ${[...owned].join(" ")}\n`;
  });
  const directory = await temporaryDirectory();
  await writeFile(join(directory, "sequential.txt"), lines.join(""));
  return directory;
}

describe("a generated P5 directory of 19,412 users, 11,924 items and 167,597 interactions", () => {
  it("prints exactly these figures", async () => {
    const dir = await p5Directory(19412, 11924, 167597);
    const out = join(await temporaryDirectory(), "toys");
    const imported = await shell(`data import --dir ${dir} --out ${out}`, commands);
    expect(imported).toMatchObject({ code: 0 });
    expect(imported.stdout).toMatch(/users +19,412\nitems +11,924\ninteractions +167,597\ndensity +0\.0724 %/);
    const stats = await shell(`data stats ${out} --json`, commands);
    const figures: unknown = JSON.parse(stats.stdout.trim().split("\n").at(-1)!);
    expect(figures).toMatchObject({ users: 19412, items: 11924, interactions: 167597 });
  });
});
