// A training that several rows or studies ask for is done once, and stands in all of them.
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import type { Comparison } from "../../src/pipeline/compare/compare.ts";
import type { CellRecord } from "../../src/pipeline/study/run-cell.ts";
import { shell } from "../support/shell.ts";

let root: string;
let config: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  const shop = join(root, "shop");
  await synthesiseShop({ users: 40, items: 80, seed: 5, name: "shop", out: shop });
  config = join(root, "study.yaml");
  const set = "{ epochs: 1, width: 8 }";
  const rows = ["one", "two"].map((label) => `{ model: hgn, label: ${label}, set: ${set} }`);
  await writeFile(
    config,
    `study-compare:
  datasets: [${shop}]
  systems: [${rows.join(", ")}, { model: lightgcn, set: ${set} }]
  seeds: [1]
  trials: 1
  preset: tiny
  threads: 1
  probe: false
`,
  );
});

afterAll(() => rm(root, { recursive: true, force: true }));

const study = (out: string, words = "") =>
  shell(`study compare --config ${config} --out ${join(root, out)} ${words}`, commands);

const begun = (stderr: string) => [...stderr.matchAll(/begins: shop\/(\S+?)\//g)].map(([, row]) => row);
const taken = (stderr: string) => [...stderr.matchAll(/is another's: shop\/(\S+?)\//g)].map(([, row]) => row);

async function runOf(out: string, label: string): Promise<string> {
  const place = join(root, out, "cells", "shop", label);
  return join(place, (await readdir(place))[0]!, "seed-1");
}

async function recordOf(out: string, label: string): Promise<CellRecord> {
  return JSON.parse(await readFile(join(await runOf(out, label), "cell.json"), "utf8")) as CellRecord;
}

async function valuesOf(out: string) {
  const { systems, questions } = JSON.parse(
    await readFile(join(root, out, "results", "comparison.json"), "utf8"),
  ) as Comparison;
  const values = (label: string) => {
    const at = systems.findIndex((system) => system.label === label);
    return questions.map(({ columns }) => columns.map(({ cells }) => cells[at]?.value));
  };
  return { one: values("one"), two: values("two") };
}

it("two rows of one training take it in turn, its evaluation too, and each is a whole run", async () => {
  expect((await study("first", "--estimate")).stdout).toMatch(/^shop two: 0 trainings/m);
  const { code, stderr, stdout } = await study("first");
  expect(stderr).not.toContain("error:");
  expect(code).toBe(0);
  expect([begun(stderr), taken(stderr)]).toEqual([["one", "lightgcn"], ["two"]]);
  expect(stdout).toContain("3 of 3 trainings are done");
  const record = await recordOf("first", "two");
  expect(record).toMatchObject({ label: "two", id: expect.stringMatching(/^shop\/two\//) });
  expect(record.command).toContain(await runOf("first", "two"));
  expect(join(await runOf("first", "two"), record.takenFrom!)).toBe(await runOf("first", "one"));
  const [ranks] = (await readdir(await runOf("first", "one"))).filter((name) => name.startsWith("ranks-"));
  const inode = async (label: string) => (await stat(join(await runOf("first", label), ranks!))).ino;
  expect(await inode("two")).toBe(await inode("one"));
  const { one, two } = await valuesOf("first");
  expect(two).toEqual(one);
  expect((await shell(`verify ${join(root, "first")}`, commands)).code).toBe(0);
  expect(await readFile(join(root, "first", "results", "results.md"), "utf8")).toContain(
    "- trainings that another row or study had done already, taken from there: two 1",
  );
}, 60_000);

it("another study takes all that is the same, and keeps it when the first is gone", async () => {
  const reuse = `--reuse ${join(root, "first")} --share-in ${join(root, "shared")}`;
  expect((await study("second", `--estimate ${reuse}`)).stdout).toMatch(/^shop lightgcn: 0 trainings/m);
  const { code, stderr } = await study("second", reuse);
  expect(code).toBe(0);
  expect([begun(stderr), taken(stderr)]).toEqual([[], ["one", "two", "lightgcn"]]);
  expect(await valuesOf("second")).toEqual(await valuesOf("first"));
  await rm(join(root, "first"), { recursive: true });
  expect((await shell(`evaluate ${await runOf("second", "lightgcn")} --threads 1`, commands)).code).toBe(0);
  expect((await study("second")).code).toBe(0);
}, 60_000);

it("takes nothing from what is no study", async () => {
  const { code, stderr } = await study("third", `--reuse ${root}`);
  expect(code).toBe(2);
  expect(stderr).toMatch(/--reuse .*: found no study-config.json, expected the --out of a study/);
});

it("workers are given such a training once", async () => {
  const { code, stderr } = await study("by-workers", "--workers 1");
  expect(stderr).not.toContain("error:");
  expect(code).toBe(0);
  expect((await recordOf("by-workers", "one")).takenFrom).toBeUndefined();
  expect((await recordOf("by-workers", "two")).takenFrom).toBeDefined();
}, 60_000);
