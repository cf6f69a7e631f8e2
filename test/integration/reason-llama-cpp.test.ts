// A real model file through the real node-llama-cpp. The package is not among our dependencies: set NODE_LLAMA_CPP_HOME
// to a folder where it was installed, or install it beside ours, and these tests run.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openAiProvider, REASONER_DEFAULTS } from "../../src/reasoning/index.ts";
import { ANSWER_SCHEMA } from "../../src/reasoning/llm/provider.ts";
import { ownServer } from "../slow/support/real-server.ts";
import { recordingProxy } from "../slow/support/recording-proxy.ts";
import { tinyGguf } from "../support/tiny-gguf.ts";

const root = new URL("../..", import.meta.url).pathname;
const home = [process.env.NODE_LLAMA_CPP_HOME, root].find(
  (folder) => folder !== undefined && existsSync(join(folder, "node_modules", "node-llama-cpp")),
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "isrf-gguf-"));
  writeFileSync(join(folder, "tiny.gguf"), tinyGguf());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROMPTS = ["hello", "hello", "a longer question, is it not"];

/** What the provider says when asked in a process of its own: native parts end with it. */
function ask(
  workingFolder: string,
  structured: "off" | "json",
  prompts = PROMPTS,
  tokenLimit = 24,
  system: string | null = "be brief",
  isReleased = false,
): { stdout: string; stderr: string } {
  const module = (file: string) => JSON.stringify(join(root, "src", "reasoning", "llm", file));
  const script = `
    import { llamaCppProvider } from ${module("llama-cpp.ts")};
    import { ANSWER_SCHEMA } from ${module("provider.ts")};
    import { REASONER_DEFAULTS } from ${module("language-model-reasoner.ts")};
    const options = { ...REASONER_DEFAULTS, maxTokens: 24, contextTokens: 512 };
    const provider = llamaCppProvider(${JSON.stringify(join(folder, "tiny.gguf"))}, options, { environment: process.env, report: () => {} });
    const signal = new AbortController().signal;
    const form = { system: ${JSON.stringify(system)} ?? undefined, seed: 1, tokenLimit: ${tokenLimit}, schema: ${structured === "json" ? "ANSWER_SCHEMA" : "undefined"} };
    const say = (prompt) => provider.generate({ ...form, prompt }, signal).catch(({ trouble, message }) => ({ trouble, message }));
    const replies = [];
    for (const prompt of ${JSON.stringify(prompts)}) {
      replies.push(await say(prompt));
      ${isReleased ? "await provider.release();" : ""}
    }
    process.stdout.write(JSON.stringify(replies), () => process.exit(0));`;
  const tsx = join(root, "node_modules", "tsx", "dist", "esm", "index.mjs");
  // A file, not --eval: node-llama-cpp tries its binary in a child process that inherits node's own flags.
  const file = join(folder, "ask.mjs");
  writeFileSync(file, script);
  return spawnSync(process.execPath, ["--import", tsx, file], {
    cwd: workingFolder,
    encoding: "utf8",
  });
}

describe.skipIf(home === undefined)("node-llama-cpp (skipped: not installed, see NODE_LLAMA_CPP_HOME)", () => {
  it("answers from a GGUF file, prints nothing, counts tokens, stops at the limit, and repeats itself under one seed", () => {
    const { stdout, stderr } = ask(home!, "off");
    const [first, second, third] = JSON.parse(stdout || stderr);
    expect(second).toEqual({ ...first, cachedTokens: second.cachedTokens });
    expect(first.cachedTokens).toBe(0);
    // All but the last token of a prompt that stood there already.
    expect(second.cachedTokens).toBeGreaterThan(first.promptTokens / 2);
    expect(first.completionTokens).toBeGreaterThan(0);
    expect(first.completionTokens).toBeLessThanOrEqual(25);
    expect(first.isTruncated).toBe(true);
    expect(third.promptTokens - first.promptTokens).toBeGreaterThan(10);
  });

  it("gives a model's memory back where it is let go, and answers as before when it is asked again", () => {
    const { stdout, stderr } = ask(home!, "off", ["hello", "hello"], 24, "be brief", true);
    const [first, second] = JSON.parse(stdout || stderr);
    expect(first.completionTokens).toBeGreaterThan(0);
    expect(second).toEqual(first);
  });

  it("asks without a system message where there is none: the package's own is not put", () => {
    const tokens = (system: string) => {
      const { stdout, stderr } = ask(home!, "off", ["hello"], 24, system);
      return (JSON.parse(stdout || stderr) as { promptTokens: number }[])[0]!.promptTokens;
    };
    const { stdout, stderr } = ask(home!, "off", ["hello"], 24, null);
    const [plain] = JSON.parse(stdout || stderr);
    expect(plain.promptTokens).toBeLessThan(tokens("be brief"));
  });

  it("refuses a prompt that is longer than the context, and cuts an answer off where it ends: nothing is forgotten", () => {
    const { stdout, stderr } = ask(home!, "off", ["hello ".repeat(600), "hello ".repeat(60)], 4000);
    const [long, short] = JSON.parse(stdout || stderr);
    expect(long).toEqual({
      trouble: "rejected",
      message: expect.stringMatching(/^A prompt of \d+ tokens exceeds the context size of 512 \(--context-tokens/),
    });
    expect(short.isTruncated).toBe(true);
    expect(short.promptTokens + short.completionTokens).toBeGreaterThan(480);
    expect(short.promptTokens + short.completionTokens).toBeLessThanOrEqual(512);
  });

  it("writes nothing but the schema's form when answers are structured", () => {
    const { stdout, stderr } = ask(home!, "json");
    const [first] = JSON.parse(stdout || stderr);
    expect(first.text).toMatch(/^\s*\{\s*(?:"answer"|$)/);
  });
});

describe.skipIf(home === undefined)("the slow tests' own server (skipped: node-llama-cpp is not installed)", () => {
  it("answers chat completions from a GGUF file by its name, counts tokens, and holds to a schema", async () => {
    const server = await ownServer(home!, join(folder, "tiny.gguf"));
    onTestFinished(() => server.stop());
    expect(server.model).toBe("tiny.gguf");
    const proxy = await recordingProxy(server.url);
    onTestFinished(() => proxy.stop());
    const access = { baseUrl: `${proxy.url}/v1`, key: undefined };
    const provider = openAiProvider("tiny.gguf", { ...REASONER_DEFAULTS, maxTokens: 24 }, access);
    const question = { system: "be brief", prompt: "hello", seed: 1, tokenLimit: 24 };
    const signal = new AbortController().signal;
    const first = await provider.generate(question, signal);
    expect(first).toMatchObject({ servedModel: "tiny.gguf", isTruncated: true, cachedTokens: 0 });
    expect(first.completionTokens).toBeGreaterThan(0);
    const again = await provider.generate(question, signal);
    expect([again.text, again.promptTokens]).toEqual([first.text, first.promptTokens]);
    const held = await provider.generate({ ...question, schema: ANSWER_SCHEMA }, signal);
    expect(held.text).toMatch(/^\s*\{\s*(?:"answer"|$)/);
    expect(proxy.calls.map(({ isAnswered }) => isAnswered)).toEqual([true, true, true]);
    expect(proxy.calls[1]!.question).toBe(proxy.calls[0]!.question);
  });
});

describe.skipIf(home === undefined)("bench:llama-cpp (skipped: node-llama-cpp is not installed)", () => {
  it("times every case on both sides, and counts what it computed and wrote", () => {
    const out = join(folder, "speed.json");
    const program = ["--import", join(root, "node_modules/tsx/dist/loader.mjs"), "bench/llama-cpp.ts"];
    const words = [...program, "--pairs", "1", "--words", "20", "--answer", "3"];
    const env = { ...process.env, ISRF_GGUF: join(folder, "tiny.gguf"), NODE_LLAMA_CPP_HOME: home };
    const ran = spawnSync(process.execPath, [...words, "--out", out], { cwd: root, encoding: "utf8", env });
    expect(ran.status, ran.stderr).toBe(0);
    const { cases } = JSON.parse(readFileSync(out, "utf8"));
    expect(cases).toHaveLength(4);
    for (const { ratio, pairs } of cases) {
      expect(ratio).toBeGreaterThan(0);
      // The first tokens of the template are in a sequence's cache from the question before.
      const [{ ours, bare }] = pairs;
      expect(Math.abs(ours.written - bare.written)).toBeLessThanOrEqual(2);
      expect(ours.computed).toBeGreaterThan(bare.computed / 2);
      expect(ours.computed).toBeLessThanOrEqual(bare.computed);
    }
  });
});

it("a missing node-llama-cpp is an error that says how to add it", { skip: home === root }, () => {
  expect(ask(folder, "off").stdout).toMatch(/llama-cpp needs the package node-llama-cpp.*npm install node-llama-cpp@3/);
});
