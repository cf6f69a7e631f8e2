// `isrf reason` as a person types it, against a scripted server.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { reasonCommand } from "../../src/cli/commands/reason.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import { LlmServer } from "../support/llm-server.ts";
import { shell } from "../support/shell.ts";

let folder: string;
let shop: string;
let server: LlmServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "isrf-reason-"));
  shop = join(folder, "shop");
  await synthesiseShop({ users: 20, items: 60, seed: 4, out: shop });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  server = await LlmServer.start();
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
});

const isrf = (...words: string[]) => {
  const llm = words.includes("--llm") ? [] : ["--llm", "openai:scripted"];
  return shell(["reason", shop, ...llm, ...words], [reasonCommand]);
};

it("a budget that ends the run leaves exit code 1, what was done on stdout and how far it came on stderr", async () => {
  const { code, stdout, stderr } = await isrf("--budget-calls", "4");
  expect(code).toBe(1);
  expect(stdout).toMatch(/^answers +4 asked/m);
  expect(stderr).toMatch(
    /budget of 4 calls does not allow another call\. Run again to go on\. \d of 60 items and 0 of/,
  );
});

it("an estimate of a run in batches says how many waves it takes, and asks nothing", async () => {
  const { code, stdout } = await isrf("--batch", "--estimate", "--price-input", "0.2", "--price-output", "0.8");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^time +6 waves or a few more for repairs/m);
  expect(server.batches.calls).toEqual([]);
});

it.each([
  [["--batch", "--batch-out", "x"], /--batch asks a server, --batch-out writes files/],
  [["--batch", "--llm", "ollama:m"], /--llm ollama:m: batches are in OpenAI's format/],
])("refuses %j", async (words, message) => {
  const { code, stderr } = await isrf(...words);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
