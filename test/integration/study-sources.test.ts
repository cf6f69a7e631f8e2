// What a study finished is a row of it as long as data and vectors are those that it was trained on.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import { shell } from "../support/shell.ts";

let root: string;
let shop: string;
let out: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  [shop, out] = [join(root, "shop"), join(root, "study")];
  await synthesiseShop({ users: 40, items: 80, seed: 5, name: "shop", out: shop });
  const reasoned = await shell(`reason ${shop}`, commands);
  expect(reasoned.code).toBe(0);
  await embedded("--name lsa");
  await embedded("--encoder random --dimensions 16 --name noise");
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function embedded(words: string): Promise<void> {
  expect((await shell(`embed ${shop} ${words}`, commands)).code).toBe(0);
}

function study(words: string) {
  const systems = "--systems sasrec-text --systems lightgcn --trials 1 --seeds 1 --preset tiny --minutes 0.005";
  return shell(`study compare --datasets ${shop} ${systems} --threads 1 --no-probe --out ${out} ${words}`, commands);
}

const cells = async () =>
  (await readdir(join(out, "cells"), { recursive: true })).filter((p) => p.endsWith("cell.json"));
const finishedBefore = (stderr: string) =>
  [...stderr.matchAll(/finished before: shop\/([\w-]+)/g)].map(([, row]) => row);

it("trains rows that read vectors anew on other ones, and no others", async () => {
  const first = await study("--embeddings lsa");
  expect(first.stderr).not.toContain("error:");
  expect(await cells()).toHaveLength(2);
  const other = await study("--embeddings noise");
  expect(finishedBefore(other.stderr)).toEqual(["lightgcn"]);
  expect(await cells()).toHaveLength(3);
  const { cells: records } = JSON.parse(await readFile(join(out, "results", "study.json"), "utf8")) as {
    cells: { label: string; command: string }[];
  };
  expect(records.map(({ label, command }) => [label, / --embeddings (\S+)/.exec(command)?.[1]])).toEqual([
    ["sasrec-text", "noise"],
    ["lightgcn", undefined],
  ]);
  const back = await study("");
  expect(finishedBefore(back.stderr)).toEqual(["sasrec-text", "lightgcn"]);
}, 60_000);

it("evaluates text yardsticks anew by other vectors", async () => {
  const ofText = async () => {
    const csv = await readFile(join(out, "results", "comparison.csv"), "utf8");
    return csv
      .split("\n")
      .filter((line) => /text-knn/.test(line))
      .join("\n");
  };
  const usual = await ofText();
  expect(usual).toContain("text-knn");
  await study("--embeddings noise");
  expect(await ofText()).not.toBe(usual);
  await study("");
  expect(await ofText()).toBe(usual);
}, 60_000);

it.each(["", "--estimate"])(
  "refuses rows whose vectors are others by now, and says what to do (%s)",
  async (words) => {
    await embedded("--encoder random --dimensions 16 --name lsa");
    const { code, stderr } = await study(words);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /cells\/shop\/sasrec-text\/\w+\/seed-1: found a training on embeddings lsa of the same texts/,
    );
    expect(stderr).toMatch(/expected one on embeddings lsa \(random, 16 columns.*name another --out/s);
    const [, run] = /(\/\S+\/cells\/shop\/sasrec-text\/\w+\/seed-1): found/.exec(stderr)!;
    const resumed = await shell(`train ${shop} --resume --out ${run}`, commands);
    expect(resumed.stderr).toMatch(/the vectors in .*embeddings\/lsa are others than when the run began/);
    await embedded("--name lsa");
    expect((await study(words)).code).toBe(0);
  },
  60_000,
);

it("refuses rows that were trained on other data, whatever they read", async () => {
  await rm(shop, { recursive: true });
  await synthesiseShop({ users: 40, items: 80, seed: 6, name: "shop", out: shop });
  const { code, stderr } = await study("");
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /cells\/shop\/sasrec-text\/\w+\/seed-1: found a training on data shop [0-9a-f]{12} \(so are 1 more of this study\)/,
  );
}, 60_000);

it("refuses vectors that are not there before anything is trained", async () => {
  const file = join(root, "study.yaml");
  const rows = "[lightgcn, { model: sasrec-text, embeddings: nowhere }]";
  await writeFile(file, `study-compare: { datasets: [${shop}], systems: ${rows}, trials: 1, preset: tiny }\n`);
  const { code, stderr } = await shell(
    `study compare --config ${file} --estimate --no-probe --out ${root}/none`,
    commands,
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(/embeddings\/nowhere: found .* expected embeddings called "nowhere"/);
}, 60_000);
