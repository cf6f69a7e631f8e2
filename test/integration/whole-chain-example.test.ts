import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../support/temporary.ts";

it("examples/whole-chain.ts goes from a shop to an explained recommendation through the library alone", async () => {
  const root = join(import.meta.dirname, "../..");
  const words = ["--import", "tsx", "examples/whole-chain.ts", await temporaryDirectory()];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, words, { cwd: root });
  const lines = stdout.trim().split("\n");
  expect(lines[0]).toMatch(/^trained \d+ steps$/);
  expect(lines.slice(1, 4).map((line) => line.split(":")[0])).toEqual([
    "sequential all items",
    "direct uniform",
    "direct popularity",
  ]);
  expect(lines[4]).toMatch(/^\S+-01: .*; (sequence|individual|group|neighbours|text|generator|popularity): .+$/);
  expect(lines[5]).toMatch(/^texts rule-based \(offline\): /);
  // A library is silent: whatever stands on stderr would be ours.
  expect(stderr).toBe("");
}, 240_000);
