import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { escapeMarkup } from "../../src/base/escape-markup.ts";
import { commands } from "../../src/cli/commands/index.ts";
import type { DemoResult } from "../../src/pipeline/demo/demo.ts";
import { shell } from "../support/shell.ts";
import { directoryWith, temporaryDirectory } from "../support/temporary.ts";

const LINE = "demo --users 30 --items 60 --seed 3 --epochs 1";

it("runs the whole chain and ends with one JSON object of plain numbers", async () => {
  const out = join(await temporaryDirectory(), "demo");
  const first = await shell(`${LINE} --out ${out} --json`, commands);
  expect(first.stderr).not.toContain("error:");
  expect(first.code).toBe(0);
  const stages = first.stderr.split("\n").map((line) => line.trim().split("  ")[0]!);
  // What takes longer than ten seconds says so in between.
  expect(stages.filter((stage) => !/^$|\d\/\d|^warning:/.test(stage))).toEqual([
    "demo",
    "synth",
    "reason",
    "embed",
    "train",
    "evaluate",
    "explain",
  ]);
  const result = JSON.parse(first.stdout.trim().split("\n").at(-1)!) as DemoResult;
  expect(Object.keys(result)).toEqual(["dataset", "metrics", "popularity", "example", "report", "seconds"]);
  for (const values of [result.metrics, result.popularity]) {
    expect(Object.keys(values)).toEqual(["sequential", "direct"]);
    for (const task of Object.values(values)) {
      expect(task["HR@10"]).toBeGreaterThanOrEqual(0);
      for (const value of Object.values(task)) expect(value).toBeTypeOf("number");
    }
  }
  expect(result.example.recommendations).toHaveLength(5);
  expect(result.seconds).toBeGreaterThan(0);
  const html = await readFile(result.report, "utf8");
  expect(html).toMatch(/^<!doctype html>/);
  expect(html).toContain(result.example.user);
  for (const { item } of result.example.recommendations) expect(html).toContain(escapeMarkup(item.title));
}, 180_000);

it("refuses a directory with files that no demo wrote", async () => {
  const out = await directoryWith({ "thesis.txt": "years of work" });
  const { code, stderr } = await shell(`${LINE} --out ${out}`, commands);
  expect(code).toBe(2);
  expect(stderr).toContain("has files that no demo wrote");
});
