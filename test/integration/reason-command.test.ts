// `isrf reason` as a person types it, against a scripted server.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { OUTPUTS } from "../../scripts/json-schemas.ts";
import { reasonCommand } from "../../src/cli/commands/reason.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import type { ReasoningEstimate, ReasonResult } from "../../src/pipeline/reason/index.ts";
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
  return shell(["reason", shop, ...llm, "--prompts", "figures-6-7/3", ...words], [reasonCommand]);
};

it("a budget that ends the run leaves exit code 1, what was done on stdout and how far it came on stderr", async () => {
  const { code, stdout, stderr } = await isrf("--budget-calls", "4");
  expect(code).toBe(1);
  expect(stdout).toMatch(/^answers +4 asked/m);
  expect(stderr).toMatch(
    /budget of 4 calls does not allow another call\. Run again to go on\. \d of 60 items and 0 of/,
  );
});

it("says what a run cost with prices, as text, as JSON and by step", async () => {
  server.follow(() => ({ kind: "answer", cachedTokens: 10 }));
  const { prompt, completion } = { prompt: "--price-input 2 --price-cached 0.5", completion: "--price-output 10" };
  const { stdout, code } = await isrf("--sample", "1", ...`${prompt} ${completion} --json`.split(" "));
  expect(code).toBe(0);
  const result = OUTPUTS.reason.parse(JSON.parse(stdout)) as ReasonResult;
  const { promptTokens, cachedTokens, completionTokens, steps } = result.tally;
  expect(cachedTokens).toBeGreaterThan(0);
  const micro = (promptTokens - cachedTokens) * 2 + cachedTokens * 0.5 + completionTokens * 10;
  expect(result.cost).toBeCloseTo(micro / 1e6, 12);
  expect(Object.values(steps).reduce((sum, { calls }) => sum + calls, 0)).toBe(server.questions.length);
  server.follow(({ number }) => ({ kind: "answer", ...(number % 4 === 0 && { text: "<html>" }) }));
  const again = await isrf("--sample", "2", "--price-input", "2");
  expect(again.stdout).toMatch(/^cost +0\.\d{4}$/m);
  expect(again.stdout).toMatch(/^step +asked .* unusable$/m);
  expect(again.stdout).toMatch(/^item \w+ .* \d malformed$/m);
});

it("a run that an error ends says what it took, as text and as JSON, and why", async () => {
  server.follow(() => ({ kind: "answer", text: "<html>" }));
  const prices = ["--price-input", "2", "--price-output", "10", "--concurrency", "1", "--seed", "11"];
  const ended = await isrf(...prices);
  expect(ended.code).toBe(1);
  expect(ended.stdout).toMatch(/^items +at least 0 of 60 complete$/m);
  expect(ended.stdout).toMatch(/^calls +40$/m);
  expect(ended.stdout).toMatch(/^unusable +40 malformed/m);
  expect(ended.stdout).toMatch(/^cost +0\.0*[1-9]/m);
  expect(ended.stdout).toMatch(/^stopped +Of 20 questions in a row 0/m);
  expect(ended.stdout).toMatch(/^step .* answer tokens +cost +s a call/m);
  expect(ended.stderr).toMatch(/^error: Of 20 questions in a row 0/m);
  const { code, stdout } = await isrf(...prices, "--json");
  const result = OUTPUTS.reason.parse(JSON.parse(stdout)) as ReasonResult;
  expect(code).toBe(1);
  expect(result).toMatchObject({ stoppedBy: "error", stopped: expect.stringMatching(/^Of 20 questions/) });
  const costs = Object.values(result.stepCosts!);
  expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(result.cost!, 12);
});

it("a run that Ctrl+C ends says what it took, and keeps the exit code of an interruption", async () => {
  const stop = new AbortController();
  server.follow(({ number }) => {
    if (number === 8) stop.abort("SIGINT");
    return { kind: "answer" };
  });
  const words = ["reason", shop, "--llm", "openai:scripted", "--prompts", "figures-6-7/3", "--seed", "12", "--json"];
  const { code, stdout, stderr } = await shell([...words, "--concurrency", "1"], [reasonCommand], {
    signal: stop.signal,
  });
  expect(code).toBe(130);
  const result = OUTPUTS.reason.parse(JSON.parse(stdout)) as ReasonResult;
  expect(result.stoppedBy).toBe("interruption");
  expect(result.tally.calls).toBeGreaterThan(0);
  expect(result.items.complete).toBeGreaterThan(0);
  expect(stderr).toContain(result.stopped);
});

it("a run that is refused before it begins says why, and has no result", async () => {
  expect(await isrf("--price-cached", "1", "--json")).toMatchObject({ code: 2, stdout: "" });
});

it.each([
  ["one-call/2", 117 / 3],
  ["figures-6-7/3", 34],
])("an estimate of %s before anything is measured takes answers as long as a model's were", async (prompts, tokens) => {
  const words = ["reason", shop, "--llm", "ollama:never-asked", "--prompts", prompts, "--estimate", "--json"];
  const { stdout } = await shell(words, [reasonCommand]);
  const estimate = OUTPUTS.reason.parse(JSON.parse(stdout)) as ReasoningEstimate;
  expect(estimate.completionTokens / estimate.questions).toBeCloseTo(tokens, 6);
  expect(estimate.answerLength).toMatch(/^\d+ tokens a call, .* by .* \(results\/reasoning-ways/);
});

it("an estimate of a run in batches says how many waves it takes, and asks nothing", async () => {
  const { code, stdout } = await isrf("--batch", "--estimate", "--price-input", "0.2", "--price-output", "0.8");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^time +6 waves or a few more for repairs/m);
  expect(server.batches.calls).toEqual([]);
});

it.each([
  [["--batch", "--batch-out", "x"], /--batch asks a server, --batch-out writes files/],
  [["--price-cached", "1"], /--price-cached needs --price-input/],
  [["--batch", "--llm", "ollama:m"], /--llm ollama:m: batches are in OpenAI's format/],
])("refuses %j", async (words, message) => {
  const { code, stderr } = await isrf(...words);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
