import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commitOf, onceAsked } from "./machine.ts";

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

it("tells states of files apart that git does not know", async () => {
  const state = async (text: string) => {
    await mkdir(at("src/new"), { recursive: true });
    await writeFile(at("src/new/b.ts"), text);
    return commitOf(root, at("src/a.ts"));
  };
  const [two, three] = [await state("2"), await state("3")];
  for (const one of [two, three]) expect(one).toMatch(/^[0-9a-f]{40}-dirty-[0-9a-f]{8}$/);
  expect(two).not.toBe(three);
  expect(await state("2")).toBe(two);
  await rm(at("src/new"), { recursive: true });
});

it("takes no notice of tests", async () => {
  await mkdir(at("src/new"));
  for (const file of ["src/a.test.ts", "src/new/b.test.ts"]) await writeFile(at(file), "1");
  const [built, later] = [new Date(Date.now() + 120_000), new Date(Date.now() + 180_000)];
  await utimes(at("dist/a.js"), built, built);
  await utimes(at("src/a.test.ts"), later, later);
  for (const file of ["src/a.ts", "dist/a.js"]) expect(commitOf(root, at(file))).toBe(git("rev-parse", "HEAD"));
});

it("is none below somebody else's repository", () => {
  expect(commitOf(at("src"), at("src/a.ts"))).toBeUndefined();
});

it("stays what it was when a process first asked", async () => {
  const asked = onceAsked(() => commitOf(root, at("src/a.ts")));
  const first = asked();
  expect(first).toBe(git("rev-parse", "HEAD"));
  await writeFile(at("src/a.ts"), "2");
  expect(commitOf(root, at("src/a.ts"))).not.toBe(first);
  expect(asked()).toBe(first);
});
