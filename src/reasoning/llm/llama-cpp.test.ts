// A GGUF file in process, with a scripted node-llama-cpp in the real one's place: how sequences, threads and time are
// dealt with. What a real model does is tried in test/integration/reason-llama-cpp.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { type Report, silent } from "../../base/progress.ts";
import { REASONER_DEFAULTS } from "./language-model-reasoner.ts";
import { type LlamaCppOptions, llamaCppProvider } from "./llama-cpp.ts";

const heard = vi.hoisted(() => ({
  threads: 0,
  sequences: 0,
  wrappers: 0,
  most: 0,
  now: 0,
  maxTokens: 0,
  loads: 0,
  isBroken: false,
  isShared: false,
  isSlow: false,
  /** What a model's chat makes of system messages. */
  supportsSystem: true,
  chats: [] as (readonly { readonly type: string; readonly text?: string }[])[],
  wrapperSettings: [] as unknown[],
  disposed: [] as string[],
}));

vi.mock("./node-llama-cpp.ts", () => {
  class Sequence {
    readonly tokenMeter = { usedInputTokens: 0, usedOutputTokens: 0 };
    nextTokenIndex = 0;
    readonly contextSize = 100;
    isBusy = false;
  }
  // As the real one does: its own system message where none is given, and none where the model's chat knows none.
  class LlamaChatSession {
    private readonly sequence: Sequence;
    private history: { type: string; text?: string }[];
    constructor(options: { contextSequence: Sequence; systemPrompt?: string; forceAddSystemPrompt?: boolean }) {
      const { contextSequence, systemPrompt = "You are a helpful, respectful and honest assistant." } = options;
      this.sequence = contextSequence;
      const isAdded = heard.supportsSystem || options.forceAddSystemPrompt === true;
      this.history = isAdded ? [{ type: "system", text: systemPrompt }] : [];
    }
    getChatHistory() {
      return this.history;
    }
    setChatHistory(history: { type: string; text?: string }[]) {
      this.history = history;
    }
    async promptWithMeta(prompt: string, { signal, maxTokens }: { signal: AbortSignal; maxTokens: number }) {
      heard.maxTokens = maxTokens;
      heard.chats.push([...this.history, { type: "user", text: prompt }]);
      heard.isShared ||= this.sequence.isBusy;
      this.sequence.isBusy = true;
      heard.most = Math.max(heard.most, ++heard.now);
      try {
        await new Promise<void>((done, fail) => {
          if (!heard.isSlow) setTimeout(done, 5);
          signal.addEventListener("abort", () => fail(signal.reason as Error));
        });
      } finally {
        heard.now--;
        this.sequence.isBusy = false;
      }
      this.sequence.tokenMeter.usedInputTokens += 7;
      this.sequence.tokenMeter.usedOutputTokens += 3;
      this.sequence.nextTokenIndex = 10;
      return { responseText: `About ${prompt}`, response: [], stopReason: "eogToken" };
    }
    dispose() {}
  }
  const disposed = (what: string) => async () => void heard.disposed.push(what);
  const model = {
    dispose: disposed("model"),
    trainContextSize: 4096,
    async createContext({ sequences }: { sequences: number }) {
      heard.sequences = sequences;
      return { getSequence: () => new Sequence() };
    },
  };
  const getLlama = async ({ maxThreads }: { maxThreads: number }) => {
    heard.threads = maxThreads;
    const loadModel = async () => {
      heard.loads++;
      if (heard.isBroken) throw new Error("no memory");
      return model;
    };
    return { loadModel, dispose: disposed("llama") };
  };
  const resolveChatWrapper = (_: unknown, options?: { customWrapperSettings?: unknown }) => {
    heard.wrappers++;
    heard.wrapperSettings.push(options?.customWrapperSettings);
    // A word is a token.
    const generateContextState = ({ chatHistory }: { chatHistory: readonly { text?: string }[] }) => ({
      contextText: { tokenize: () => chatHistory.flatMap(({ text = "" }) => text.split(" ")) },
    });
    return { wrapperName: "scripted", generateContextState };
  };
  return { importNodeLlamaCpp: async () => ({ getLlama, LlamaChatSession, resolveChatWrapper }) };
});

let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "isrf-in-process-"));
  writeFileSync(join(folder, "m.gguf"), "GGUF");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  const counts = { threads: 0, sequences: 0, wrappers: 0, most: 0, now: 0, loads: 0 };
  Object.assign(heard, { ...counts, isShared: false, isSlow: false, isBroken: false, supportsSystem: true });
  heard.chats.length = 0;
  heard.wrapperSettings.length = 0;
  heard.disposed.length = 0;
  // Another file for every test: one that is loaded stays so.
  writeFileSync(join(folder, "m.gguf"), `GGUF ${files++}`);
});

const NEVER = new AbortController().signal;

function provider(options: Partial<LlamaCppOptions> = {}) {
  const all = { ...REASONER_DEFAULTS, ...options };
  return llamaCppProvider(join(folder, "m.gguf"), all, { environment: {}, report: silent });
}

const question = (prompt: string) => ({ prompt, seed: 1, tokenLimit: 20 });

it.each([
  [undefined, 2],
  [3, 3],
])("with --concurrency %s answers %i at once, each on a sequence of its own", async (concurrency, most) => {
  const asked = provider({ concurrency });
  const prompts = Array.from({ length: 8 }, (_, i) => `item ${i}`);
  const replies = await Promise.all(prompts.map((prompt) => asked.generate(question(prompt), NEVER)));
  expect(replies.map(({ text }) => text)).toEqual(prompts.map((prompt) => `About ${prompt}`));
  expect(asked.concurrency).toBe(most);
  expect(heard).toMatchObject({ most, sequences: most, isShared: false });
});

it("finds out once how the model's chat is written, not with every question", async () => {
  const asked = provider();
  for (const prompt of ["a", "b", "c"]) await asked.generate(question(prompt), NEVER);
  expect(heard.wrappers).toBe(1);
});

it("loads a file once for all who ask with the same settings, and again where file or settings are others", async () => {
  const ask = (options: Partial<LlamaCppOptions> = {}) => provider(options).generate(question("x"), NEVER);
  await Promise.all([ask(), ask()]);
  await ask({ temperature: 0.1 });
  expect(heard.loads).toBe(1);
  await ask({ contextTokens: 1024 });
  expect(heard.loads).toBe(2);
  writeFileSync(join(folder, "m.gguf"), "GGUF of another model");
  await ask({ contextTokens: 1024 });
  expect(heard.loads).toBe(3);
});

it("gives a model's memory back when another takes its place, behind its last answer, and when it is let go", async () => {
  const slow = provider({ concurrency: 1 });
  await slow.generate(question("x"), NEVER);
  heard.disposed.length = 0;
  heard.isSlow = true;
  const stop = new AbortController();
  const answer = slow.generate(question("x"), stop.signal).catch((error: Error) => error.message);
  await vi.waitFor(() => expect(heard.now).toBe(1));
  await slow.release!();
  heard.isSlow = false;
  const other = provider({ contextTokens: 1024 });
  await other.generate(question("y"), NEVER);
  expect(heard.disposed).toEqual([]);
  stop.abort(new Error("stopped"));
  expect(await answer).toBe("stopped");
  expect(heard.disposed).toEqual(["model", "llama"]);
  await other.release!();
  expect(heard.disposed).toEqual(["model", "llama", "model", "llama"]);
  expect((await other.generate(question("z"), NEVER)).text).toBe("About z");
});

it("tries again to load a file that could not be loaded", async () => {
  heard.isBroken = true;
  await expect(provider().generate(question("x"), NEVER)).rejects.toThrow("could not be loaded (no memory)");
  heard.isBroken = false;
  expect((await provider().generate(question("x"), NEVER)).text).toBe("About x");
});

it.each([
  [undefined, Math.max(1, availableParallelism() - 1)],
  [3, 3],
])("with --threads %s computes with %i", async (threads, expected) => {
  await provider({ threads }).generate(question("x"), NEVER);
  expect(heard.threads).toBe(expected);
});

it("gives an answer up that takes longer than --timeout, and answers the next one on the same sequence", async () => {
  const asked = provider({ timeoutSeconds: 0.05, concurrency: 1 });
  heard.isSlow = true;
  await expect(asked.generate(question("x"), NEVER)).rejects.toMatchObject({
    trouble: "timeout",
    message: "No whole answer within 0.05 s (--timeout).",
  });
  heard.isSlow = false;
  expect(await asked.generate(question("y"), NEVER)).toMatchObject({ text: "About y", completionTokens: 3 });
});

it("refuses a prompt that leaves no room for an answer, and lets no answer push it out", async () => {
  const asked = provider({ concurrency: 1 });
  await expect(asked.generate(question("word ".repeat(90)), NEVER)).rejects.toMatchObject({
    trouble: "rejected",
    message: expect.stringMatching(/^A prompt of 9\d tokens exceeds the context size of 100 \(--context-tokens/),
  });
  expect(heard.most).toBe(0);
  const reply = await asked.generate({ ...question("word ".repeat(60)), tokenLimit: 80 }, NEVER);
  expect(reply.completionTokens).toBe(3);
  expect(heard.maxTokens).toBeLessThan(40);
  expect(heard.maxTokens).toBeGreaterThan(0);
});

it.each([true, false])(
  "tells the system message that there is, where the model's chat knows one: %s, and none of the package's own",
  async (supportsSystem) => {
    heard.supportsSystem = supportsSystem;
    const asked = provider();
    await asked.generate({ ...question("x"), system: "Be brief." }, NEVER);
    await asked.generate(question("x"), NEVER);
    const user = { type: "user", text: "x" };
    expect(heard.chats).toEqual([[{ type: "system", text: "Be brief." }, user], [user]]);
  },
);

it("with --think off has the package open no thinking, and loads anew for another choice", async () => {
  const ask = (think: LlamaCppOptions["think"]) => provider({ think }).generate(question("x"), NEVER);
  await ask("off");
  await ask("auto");
  expect(heard.wrapperSettings).toEqual([{ qwen: { thoughts: "discourage" } }, undefined]);
});

it("says once that --think off is not known for models of a family that thinks otherwise", async () => {
  const told: string[] = [];
  const report: Report = (event) => event.kind === "warning" && told.push(event.message);
  writeFileSync(join(folder, "deepseek-r1.gguf"), `GGUF ${files++}`);
  const ask = (file: string) =>
    llamaCppProvider(join(folder, file), { ...REASONER_DEFAULTS, think: "off" }, { environment: {}, report });
  const asked = ask("deepseek-r1.gguf");
  await asked.generate(question("x"), NEVER);
  await asked.generate(question("y"), NEVER);
  expect(told).toEqual([expect.stringMatching(/^deepseek-r1\.gguf: --think off .* Qwen/)]);
  await ask("m.gguf").generate(question("x"), NEVER);
  expect(told).toHaveLength(1);
});

it("is stopped by the run's signal, which is no timeout", async () => {
  const stop = new AbortController();
  heard.isSlow = true;
  const answer = provider({ timeoutSeconds: 30 }).generate(question("x"), stop.signal);
  setTimeout(() => stop.abort(new Error("stopped")), 5);
  await expect(answer).rejects.toThrow("stopped");
});
