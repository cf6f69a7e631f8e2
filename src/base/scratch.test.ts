import { mkdir, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { exists } from "./files.ts";
import { withScratch } from "./scratch.ts";

it("removes its files when the work ends, and when it fails", async () => {
  let path = "";
  const fill = (failure: boolean) =>
    withScratch(async (scratch) => {
      path = await scratch.path("a.csv");
      await writeFile(path, "x");
      expect(await scratch.path("a.csv")).not.toBe(path);
      if (failure) throw new Error("of the work");
    });
  await fill(false);
  expect(await exists(dirname(dirname(path)))).toBe(false);
  await expect(fill(true)).rejects.toThrow("of the work");
  expect(await exists(dirname(dirname(path)))).toBe(false);
});

it("removes what a dead process left, and nothing of a living one", async () => {
  const dead = join(tmpdir(), "isrf-scratch.0123456789abcdef");
  await mkdir(dead, { recursive: true });
  await writeFile(join(dead, "a.csv"), "x");
  await withScratch(async (living) => {
    const kept = await living.path("kept");
    await writeFile(kept, "x");
    await withScratch(async (other) => void (await other.path("b")));
    expect(await exists(kept)).toBe(true);
  });
  const left = (await readdir(tmpdir())).filter((name) => name.startsWith("isrf-scratch.0123456789abcdef"));
  expect(left).toEqual([]);
});
