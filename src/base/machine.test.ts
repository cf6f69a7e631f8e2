import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commit, commitOf } from "./machine.ts";

let root: string;
const at = (path: string) => join(root, path);
const git = (...words: string[]) => execFileSync("git", ["-C", root, ...words], { encoding: "utf8" }).trim();

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-commit-"));
  for (const folder of ["src", "dist"]) await mkdir(at(folder));
  for (const file of ["src/a.ts", "dist/a.js"]) await writeFile(at(file), "1");
  git("init", "--quiet");
  git("add", "src");
  git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "first");
});
afterAll(() => rm(root, { recursive: true, force: true }));

it("is the checkout's, whatever lies beside the sources", () => {
  expect(commitOf(root, at("src/a.ts"))).toBe(git("rev-parse", "HEAD"));
});

it("says that what runs was built before the sources changed", async () => {
  expect(commitOf(root, at("dist/a.js"))).toBe(git("rev-parse", "HEAD"));
  const later = new Date(Date.now() + 60_000);
  await utimes(at("src/a.ts"), later, later);
  expect(commitOf(root, at("dist/a.js"))).toBe(`${git("rev-parse", "HEAD")}-stale`);
  expect(commitOf(root, at("src/a.ts"))).toBe(git("rev-parse", "HEAD"));
});

it("says that the sources are others, and tells one state of them from another", async () => {
  const state = async (text: string) => {
    await writeFile(at("src/a.ts"), text);
    return commitOf(root, at("src/a.ts"));
  };
  const [two, three] = [await state("2"), await state("3")];
  for (const one of [two, three]) expect(one).toMatch(/^[0-9a-f]{40}-dirty-[0-9a-f]{8}$/);
  expect(two).not.toBe(three);
  expect(await state("1")).toBe(git("rev-parse", "HEAD"));
});

it("is none below somebody else's repository, and stays what it was when a process first asked", () => {
  expect(commitOf(at("src"), at("src/a.ts"))).toBeUndefined();
  expect(commit()).toBe(commit());
});
