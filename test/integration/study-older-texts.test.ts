// Texts that are written after vectors were made: no study trains on the vectors of the older ones.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import { LlmServer } from "../support/llm-server.ts";
import { shell } from "../support/shell.ts";

const folders: string[] = [];
let folder: string;
let shop: string;
let server: LlmServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
  folders.push(folder);
  shop = join(folder, "shop");
  await synthesiseShop({ users: 40, items: 60, seed: 5, name: "shop", out: shop });
  server = await LlmServer.start();
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.[Symbol.asyncDispose]();
});

afterAll(() => Promise.all(folders.map((each) => rm(each, { recursive: true, force: true }))));

async function isrf(line: string): Promise<void> {
  const { code, stderr } = await shell(line, commands);
  expect(`${code} ${stderr}`, line).not.toMatch(/^[12]|error/);
}

const reasoned = () => isrf(`reason ${shop} --llm openai:scripted --prompts one-call/2`);

const ESTIMATE = "--estimate --no-probe";

function study(words: string, how = ESTIMATE) {
  return shell(`study ${words} --datasets ${shop} --preset tiny --seeds 1 ${how} --out ${folder}/study`, commands);
}

async function writerOf(name: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(shop, "embeddings", name, "manifest.json"), "utf8"));
  return manifest.textsBy as string;
}

it("makes the vectors that it made itself anew when their texts are others by now, and says so", async () => {
  expect((await study("main --systems lightgcn")).code).toBe(0);
  expect(await writerOf("lsa")).toBe("rule-based (offline)");
  await reasoned();
  const estimate = await study("main --systems lightgcn");
  expect(estimate.code).toBe(0);
  expect(estimate.stderr).toMatch(/embeddings\/lsa: would be made anew by a run/);
  // An estimate replaces nothing.
  expect(await writerOf("lsa")).toBe("rule-based (offline)");
  const { code, stderr } = await study("main --systems lightgcn", "");
  expect(`${code} ${stderr}`).toMatch(/^0/);
  expect(stderr).toMatch(/embeddings\/lsa: made anew.*rule-based \(offline\).*scripted \(openai\)/);
  expect(await writerOf("lsa")).toBe("scripted (openai)");
  expect((await study("main --systems lightgcn")).stderr).not.toContain("made anew");
}, 180_000);

it("refuses vectors of older texts that somebody else made, and says how to go on", async () => {
  await isrf(`reason ${shop}`);
  await isrf(`embed ${shop}`);
  await isrf(`embed ${shop} --name own --dimensions 16`);
  await isrf(`embed ${shop} --encoder random --dimensions 16 --name noise`);
  await reasoned();
  for (const name of ["lsa", "own"]) {
    const { code, stderr } = await study(`main --systems lightgcn --embeddings ${name}`);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      new RegExp(
        `embeddings/${name}/manifest.json: found vectors of other texts.*rule-based.*scripted.*isrf embed .*isrf reason`,
        "s",
      ),
    );
    expect(await writerOf(name)).toBe("rule-based (offline)");
  }
  // Noise says nothing of any text.
  expect((await study("main --systems lightgcn --embeddings noise")).code).toBe(0);
  await isrf(`embed ${shop}`);
  expect((await study("main --systems lightgcn")).code).toBe(0);
}, 180_000);

it("tells of the vectors of a study's other texts, too", async () => {
  await isrf(`reason ${shop}`);
  const variants = "variants --rules --encoder lsa";
  expect((await study(variants)).code).toBe(0);
  await reasoned();
  const { code, stderr } = await study(variants);
  expect(code).toBe(0);
  expect(stderr.match(/would be made anew/g)).toHaveLength(5);
  expect(await writerOf("variants-lsa-positive-feature")).toBe("rule-based (offline)");
}, 180_000);

it("replaces no vectors while texts are being written, and says what to finish", async () => {
  expect((await study("main --systems lightgcn")).code).toBe(0);
  const budget = "--budget-calls 70 --concurrency 1";
  await shell(`reason ${shop} --llm openai:scripted --prompts one-call/2 ${budget}`, commands);
  for (const how of [ESTIMATE, ""]) {
    const { code, stderr } = await study("main --systems lightgcn", how);
    expect(code).toBe(2);
    expect(stderr).toMatch(/embeddings\/lsa\/manifest\.json: .*not all written yet.*Finish `isrf reason/s);
    expect(await writerOf("lsa")).toBe("rule-based (offline)");
  }
  await reasoned();
  expect((await study("main --systems lightgcn")).code).toBe(0);
}, 180_000);

it("does not go on with vectors whose texts cannot be read any more, though they are there", async () => {
  expect((await study("main --systems lightgcn")).code).toBe(0);
  await rm(join(shop, "reasoning", "journal.db"));
  const { code, stderr } = await study("main --systems lightgcn");
  expect(code).toBe(2);
  expect(stderr).toMatch(/journal\.db: found all answers of 0 items.*isrf reason/s);
}, 180_000);
