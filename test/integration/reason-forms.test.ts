// The forms in which a language model is asked: freely, under a schema, all three texts in one call.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import type { Report } from "../../src/base/progress.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { splitLeaveLastTwo } from "../../src/data/split.ts";
import { estimateReasoning } from "../../src/pipeline/reason/estimate.ts";
import { planReasoning } from "../../src/pipeline/reason/plan.ts";
import { reason } from "../../src/pipeline/reason/reason.ts";
import { makeReasoner } from "../../src/pipeline/reason/reasoners.ts";
import { reasonSettings } from "../../src/pipeline/reason/settings.ts";
import { exportReasoning } from "../../src/pipeline/reason/transfer.ts";
import {
  BUILT_IN_PROMPTS,
  DEFAULT_PROMPTS,
  Journal,
  journalPath,
  type Reasoner,
  type ReasonerOptions,
  readReasoning,
  STEPWISE_PROMPTS,
} from "../../src/reasoning/index.ts";
import { LlmServer } from "../support/llm-server.ts";
import { tinyShop } from "../support/tiny-shop.ts";

let folder: string;
let server: LlmServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "isrf-forms-"));
  server = await LlmServer.start();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const SUBJECTS = 6 + 3;

function setup(options: Partial<ReasonerOptions> = {}, prompts = "figures-6-7/3", model = "scripted") {
  const dataset = tinyShop(folder, { nUsers: 3, nItems: 6, length: 5 });
  const split = splitLeaveLastTwo(dataset);
  const reasoner = makeReasoner(`openai:${model}`, dataset, split, { concurrency: 4, ...options }, server.environment);
  return { dataset, split, reasoner, seed: 3, prompts: BUILT_IN_PROMPTS[prompts]! };
}

function listen() {
  const heard: string[] = [];
  const report: Report = (event) => {
    if (event.kind === "warning" || event.kind === "notice") heard.push(event.message);
  };
  return { heard, report };
}

describe("a schema", () => {
  it("holds answers where nobody says otherwise", async () => {
    const { tally } = await reason(setup());
    expect(tally).toMatchObject({ asked: 3 * SUBJECTS, failed: 0, flaws: {} });
    expect(server.questions.every(({ body }) => body.response_format !== undefined)).toBe(true);
  });

  it("is left out of questions to models that think, who would have to do so inside it", async () => {
    await reason(setup({}, "figures-6-7/3", "deepseek-r1:14b"));
    expect(server.questions.some(({ body }) => body.response_format !== undefined)).toBe(false);
  });

  it("that the server refuses is done without, and a warning says so", async () => {
    server.follow(({ body }) =>
      body.response_format === undefined
        ? { kind: "answer" }
        : { kind: "status", status: 400, message: "response_format is not supported" },
    );
    const { heard, report } = listen();
    const { tally } = await reason({ ...setup(), report });
    expect(tally).toMatchObject({ asked: 3 * SUBJECTS, failed: 0 });
    expect(heard).toEqual([expect.stringMatching(/response_format is not supported.*without a schema/)]);
  });

  it("is left out, and so are a form and first words, where the paper's prompts are asked and nothing else", async () => {
    // The first reply is none; the second one is.
    server.follow(({ number }) => (number === 1 ? { kind: "answer", text: "" } : { kind: "answer" }));
    await reason(setup({}, "figures-6-7/printed"));
    const ends = server.questions.map(({ prompt }) => prompt.split("\n").at(-1));
    expect(new Set(ends)).toEqual(
      new Set(["[POSITIVE]:", "[NEGATIVE]:", "[FEATURE]:", "[POSITIVE_USER]:", "[NEGATIVE_USER]:", "[PREFERENCE]:"]),
    );
    expect(server.questions.every(({ body, system }) => body.response_format === undefined && system === "")).toBe(
      true,
    );
  });

  it("is not what a question without one was rejected for, whatever the words", async () => {
    // Asked for ever otherwise: the test is to end.
    server.follow(({ number }) =>
      number > 100 ? { kind: "answer" } : { kind: "status", status: 400, message: "no structured output here" },
    );
    await expect(reason(setup())).rejects.toThrow(/5 questions in a row were rejected.*no structured output here/);
    expect(server.questions.length).toBeLessThan(20);
  });

  it("that was asked for by name is not done without", async () => {
    server.follow(() => ({ kind: "status", status: 400, message: "response_format is not supported" }));
    await expect(reason(setup({ structured: "json" }))).rejects.toThrow(/questions in a row were rejected/);
  });
});

describe("one call for three texts", () => {
  it("asks once for each subject, and every text is found again", async () => {
    const options = setup({}, "one-call/1");
    const { tally, items, users } = await reason(options);
    expect(server.questions).toHaveLength(SUBJECTS);
    expect(tally).toMatchObject({ asked: 3 * SUBJECTS, calls: SUBJECTS, failed: 0 });
    expect([items.complete, users.complete]).toEqual([6, 3]);
    const { positive, negative, feature } = (await readReasoning(folder, options.dataset)).items[0]!;
    expect(new Set([positive, negative, feature]).size).toBe(3);
    expect(negative).toMatch(/do not care for/);
    expect((await reason(options)).tally).toMatchObject({ asked: 0, calls: 0, reused: 3 * SUBJECTS });
  });

  it("keeps the texts that can be used, and asks again for the others alone", async () => {
    const good = (prompt: string) => ({
      positive: "People who look for soft lamps.",
      negative: "People who do not care for bright rooms.",
      feature: prompt.includes("[HISTORY]") ? "The user reads in bed at night." : "A warm light beside the pillow.",
    });
    const partly = { negative: "[NEGATIVE]", feature: "The answer is no." };
    server.follow(({ prompt }) => ({ kind: "answer", text: JSON.stringify({ ...good(prompt), ...partly }) }));
    const options = setup({ concurrency: 1 }, "one-call/1");
    const first = await reason(options);
    expect(first.items).toEqual({ subjects: 6, complete: 0 });
    const asked = server.questions.length;
    server.follow(({ prompt }) => ({ kind: "answer", text: JSON.stringify(good(prompt)) }));
    const { items, tally } = await reason(options);
    expect(items).toEqual({ subjects: 6, complete: 6 });
    expect(server.questions.length - asked).toBe(SUBJECTS);
    expect(tally).toMatchObject({ failed: 0, repaired: 0 });
    using journal = Journal.read(journalPath(folder));
    const ofOne = [...journal.records()].filter(({ subjectId }) => subjectId === "item-0");
    expect(ofOne.map(({ step, status }) => `${step} ${status}`).sort()).toEqual([
      "feature answered",
      "negative answered",
      "positive answered",
    ]);
  });

  it("of which a text is never usable ends the run, though the others are", async () => {
    server.follow(({ prompt }) => ({
      kind: "answer",
      text: JSON.stringify({
        positive: `People who look for item ${server.questions.length} in ${prompt.length} shades.`,
      }),
    }));
    const many = { ...setup({ concurrency: 1 }, "one-call/2"), dataset: tinyShop(folder, { nUsers: 12, nItems: 40 }) };
    await expect(reason(many)).rejects.toThrow(
      /Of 20 questions in a row 0 \(0 %\) have a usable answer for all three texts/,
    );
    expect(server.questions).toHaveLength(40);
  });

  it("is counted whole by an estimate for a text that is missing, until nobody will ask for it any more", async () => {
    server.follow(({ prompt }) => {
      const positive = prompt.includes("[HISTORY]") ? "The user likes lamps." : "People who look for soft lamps.";
      return { kind: "answer", text: JSON.stringify({ positive, negative: "The answer is no.", feature: "No." }) };
    });
    const options = { ...setup({ concurrency: 1 }, "one-call/1"), attempts: 2, prices: { input: 1, output: 1 } };
    const first = await reason(options);
    expect(first.tally).toMatchObject({ calls: 2 * SUBJECTS });
    const estimate = await estimateReasoning(options);
    // Users would be asked anew, as their items would have texts by then.
    expect(estimate).toMatchObject({ questions: 2 * 6 + 3 * 3, calls: 2 * SUBJECTS });
    const { tally } = await reason(options);
    expect(tally.calls).toBe(estimate.calls);
    expect(estimate.completionTokens / tally.completionTokens).toBeCloseTo(1, 1);
    const last = await estimateReasoning(options);
    expect(last).toMatchObject({ questions: 0, calls: 0, cost: 0 });
    expect((await reason(options)).tally).toMatchObject({ calls: 0, givenUp: SUBJECTS });
  });

  it("has room for three answers", async () => {
    await reason(setup({ maxTokens: 100 }, "one-call/1"));
    expect(server.questions[0]!.body.max_tokens).toBe(300);
  });
});

it("prompts that begin with the data share it, over the steps of a subject, to the last letter", async () => {
  await reason(setup());
  const [first, second, third] = server.questions.filter(({ prompt }) => prompt.includes("red polish lacquer"));
  const shared = /^Information\n<data>\n[\s\S]*?<\/data>\n/.exec(first!.prompt)![0];
  expect(second!.prompt.startsWith(shared)).toBe(true);
  expect(third!.prompt.startsWith(shared)).toBe(true);
});

describe("a model that is not the one that was asked for", () => {
  it("by the reply's own word ends the run, and nothing is kept under the wrong name", async () => {
    server.follow(() => ({ kind: "answer", model: "smollm2-135m" }));
    await expect(reason(setup())).rejects.toThrow(/answers by "smollm2-135m", not by "scripted".*--any-model/);
    using journal = Journal.read(journalPath(folder));
    expect([...journal.records()]).toEqual([]);
    await reason(setup({ anyModel: true }));
  });

  it("is the same model where only the release's date or a folder is added", async () => {
    server.follow(() => ({ kind: "answer", model: "/models/Scripted-2026-01-01.gguf" }));
    expect((await reason(setup())).tally.failed).toBe(0);
  });
});

it.each([
  ["openai", "OPENAI_BASE_URL", "/v1"],
  ["ollama", "OLLAMA_HOST", ""],
])(
  "several servers of one model (%s) share the questions, and one that dies takes none with it",
  async (kind, name, path) => {
    await using other = await LlmServer.start(() => ({ kind: "answer", delayMs: 2 }));
    let left = 5;
    server.follow(() => (left-- > 0 ? { kind: "answer", delayMs: 2 } : { kind: "drop" }));
    const { dataset, split } = setup();
    const environment = { [name]: `${server.address}${path}, ${other.address}${path} x2` };
    const reasoner = makeReasoner(`${kind}:scripted`, dataset, split, { concurrency: 6 }, environment);
    const { tally } = await reason({ dataset, reasoner, seed: 3, prompts: STEPWISE_PROMPTS });
    expect(tally).toMatchObject({ asked: 3 * SUBJECTS, failed: 0 });
    expect(server.answers + other.answers).toBe(3 * SUBJECTS);
    expect(server.answers).toBe(5);
  },
);

it("a later version of ours asks as before, and says what would ask anew", async () => {
  const options = setup({ structured: "off", seed: 3 }, "figures-6-7/2");
  await reason(options);
  const asked = server.questions.length;
  const settings = reasonSettings.parse({ llm: "openai:scripted", seed: 3 });
  const { heard, report } = listen();
  const { OPENAI_BASE_URL } = process.env;
  process.env.OPENAI_BASE_URL = server.environment.OPENAI_BASE_URL;
  const plan = await planReasoning(options.dataset, options.split, settings, report);
  if (OPENAI_BASE_URL === undefined) delete process.env.OPENAI_BASE_URL;
  else process.env.OPENAI_BASE_URL = OPENAI_BASE_URL;
  expect((await reason(plan)).tally.asked).toBe(0);
  expect(server.questions).toHaveLength(asked);
  expect(heard[0]).toMatch(/Asked with --prompts figures-6-7\/2 --structured off.*anew/);
});

describe("where nobody says how", () => {
  const plan = async (words: Partial<z.input<typeof reasonSettings>> = {}, report: Report = () => {}) => {
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
    const { dataset, split } = setup();
    const settings = reasonSettings.parse({ llm: "openai:scripted", seed: 3, ...words });
    return planReasoning(dataset, split, settings, report).finally(() => vi.unstubAllEnvs());
  };

  it("a model is asked once a subject, under a schema", async () => {
    const asked = await plan();
    expect(asked.prompts).toBe(DEFAULT_PROMPTS);
    await reason(asked);
    expect(server.questions).toHaveLength(SUBJECTS);
    expect(server.questions[0]!.body).toHaveProperty("response_format");
    const reasoner = (asked as { reasoner: Reasoner }).reasoner;
    // A program's own call asks in the same words.
    expect((await reason({ dataset: asked.dataset, reasoner, seed: 3 })).tally).toMatchObject({ asked: 0, reused: 27 });
  });

  it("prompts of a call a step are asked without a schema, which has small models repeat themselves", async () => {
    await reason(await plan({ prompts: "figures-6-7/3" }));
    expect(server.questions).toHaveLength(3 * SUBJECTS);
    expect(server.questions[0]!.body).not.toHaveProperty("response_format");
  });

  it("prompts to the letter let answers be long", async () => {
    const printed = "figures-6-7/printed";
    await reason(await plan({ prompts: printed, sample: 1 }));
    expect(server.questions[0]!.body.max_tokens).toBe(1024);
    await reason(await plan({ prompts: "figures-6-7/3", sample: 1 }));
    expect(server.questions.at(-1)!.body.max_tokens).toBe(160);
  });

  it("texts that are there keep the longest answer that they were asked with, and a notice says so", async () => {
    const printed = "figures-6-7/printed";
    await reason(await plan({ prompts: printed, maxTokens: 160 }));
    const { heard, report } = listen();
    expect((await reason(await plan({ prompts: printed }, report))).tally.asked).toBe(0);
    expect(heard).toEqual([expect.stringMatching(/Asked with .*--max-tokens 160, .* --max-tokens 1024 would ask/)]);
    const { heard: told, report: telling } = listen();
    const longer = await plan({ prompts: printed, maxTokens: 1024 }, telling);
    expect(told).toEqual([
      expect.stringMatching(/asked with --max-tokens 160: --max-tokens 1024 asks everything anew/),
    ]);
    expect((await reason(longer)).tally.asked).toBe(3 * SUBJECTS);
    // What is longer than usual is kept, too.
    await reason(await plan({ prompts: "figures-6-7/3", maxTokens: 500 }));
    const { heard: kept, report: keeping } = listen();
    expect((await reason(await plan({ prompts: "figures-6-7/3" }, keeping))).tally.asked).toBe(0);
    expect(kept).toEqual([expect.stringMatching(/Asked with .*--max-tokens 500/)]);
  });

  it("a program's own call lets answers to prompts to the letter be long, too", async () => {
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
    const { dataset } = setup();
    const prompts = BUILT_IN_PROMPTS["figures-6-7/printed"]!;
    await reason({ dataset, reasoner: "openai:scripted", prompts, seed: 3, onlyUsers: [0] });
    vi.unstubAllEnvs();
    expect(server.questions[0]!.body.max_tokens).toBe(1024);
  });

  it("a larger context goes on with the answers that were given in a smaller one", async () => {
    const ollama = { llm: "ollama:scripted", prompts: "figures-6-7/3" };
    let left = 5;
    const message = "the prompt exceeds the context length";
    server.follow(() => (left-- > 0 ? { kind: "answer" } : { kind: "status", status: 400, message }));
    const stopped = reason(await plan({ ...ollama, concurrency: 1, contextTokens: 2048 }));
    await expect(stopped).rejects.toThrow(/larger context.*run again to go on/s);
    server.follow(() => ({ kind: "answer" }));
    const { tally } = await reason(await plan({ ...ollama, contextTokens: 4096 }));
    expect(tally).toMatchObject({ asked: 3 * SUBJECTS - 5, reused: 5 });
    expect(server.questions.at(-1)!.body).toMatchObject({ options: { num_ctx: 4096 } });
    expect((await reason(await plan(ollama))).tally).toMatchObject({ asked: 0 });
  });

  it("rules keep their words, and recorded answers those that they were recorded with", async () => {
    expect((await plan({ llm: "offline" })).prompts!.version).toBe("figures-6-7/3");
    await reason(await plan({ prompts: "figures-6-7/2" }));
    await exportReasoning(folder, join(folder, "answers.jsonl"));
    expect((await plan({ llm: `replay:${join(folder, "answers.jsonl")}` })).prompts!.version).toBe("figures-6-7/2");
  });

  it("a sample's answers by other prompts are told of, and not paid for again in silence", async () => {
    await reason(await plan({ prompts: "figures-6-7/3", sample: 1 }));
    const { heard, report } = listen();
    await plan({}, report);
    expect(heard).toEqual([
      expect.stringMatching(/Asked with --prompts one-call\/2\..*are not used: \d+ with --prompts figures-6-7\/3\./),
    ]);
    const { heard: nothing, report: silence } = listen();
    await plan({ prompts: "figures-6-7/3" }, silence);
    await reason(await plan({ sample: 1 }));
    await plan({}, silence);
    expect(nothing).toEqual([]);
  });
});

describe("equal questions", () => {
  /** Items 3 to 5 are told in the words of items 0 to 2. */
  function twins(options: Partial<ReasonerOptions> = {}) {
    const whole = setup(options);
    const items = whole.dataset.items.map((item, i) => ({ ...whole.dataset.items[i % 3]!, itemId: item.itemId }));
    return { ...whole, dataset: { ...whole.dataset, items } };
  }

  it("about several items are asked once, at the same time, in a later run or by an older key", async () => {
    const options = twins();
    const { tally, items } = await reason(options);
    expect(items.complete).toBe(6);
    const about = server.questions.filter(({ prompt }) => prompt.includes("[ATTRIBUTES]"));
    expect(about).toHaveLength(3 * 3);
    expect(tally.calls).toBe(server.questions.length);
    using journal = Journal.read(journalPath(folder));
    const texts = (id: string) => journal.about("item", [id]).map(({ step, text }) => [step, text].join(": "));
    expect(texts("item-3").sort()).toEqual(texts("item-0").sort());
    expect(journal.about("item", ["item-3", "item-0"]).reduce((sum, { calls }) => sum + calls, 0)).toBe(3);
  });

  it("that nobody can answer are given up once in a run, and asked again in the next", async () => {
    server.follow(() => ({ kind: "answer", text: "No." }));
    const { items } = await reason({ ...twins({ structured: "off" }), attempts: 1, onlyUsers: [] });
    expect(items.subjects).toBe(0);
    const first = await reason({ ...twins({ structured: "off", concurrency: 1 }), attempts: 2 });
    expect(first.tally.failed).toBe(SUBJECTS);
    expect(server.questions.filter(({ prompt }) => prompt.includes("[ATTRIBUTES]")).length).toBeLessThanOrEqual(12);
    server.follow(() => ({ kind: "answer" }));
    expect((await reason(twins({ structured: "off" }))).items.complete).toBe(6);
  });

  it("are different with other settings", async () => {
    await reason(twins());
    const before = server.questions.length;
    await reason(twins({ temperature: 0.1 }));
    expect(server.questions.length).toBe(2 * before);
  });
});

describe("a model of a file", () => {
  const plan = async (path: string, report: Report = () => {}) => {
    const { dataset, split } = setup();
    return planReasoning(dataset, split, reasonSettings.parse({ llm: `llama-cpp:${path}` }), report);
  };
  /** The manifest of a run by a file of this name. */
  async function reasonedBy(path: string, file: string | undefined): Promise<void> {
    const { parameters } = (await plan(path)).reasoner as Reasoner;
    const { dataset, reasoner, seed } = setup();
    const { file: _, ...others } = parameters;
    const known = file === undefined ? others : { ...others, file };
    await reason({ dataset, seed, reasoner: { ...reasoner, kind: "llama-cpp", model: "m.gguf", parameters: known } });
  }

  it("is another model when its content is another one, whatever its name", async () => {
    const path = join(folder, "m.gguf");
    writeFileSync(path, "GGUF one");
    const { reasoner } = await plan(path);
    const { file } = (reasoner as Reasoner).parameters;
    expect(file).toMatch(/^[0-9a-f]{16}$/);
    writeFileSync(path, "GGUF two");
    expect(((await plan(path)).reasoner as Reasoner).parameters.file).not.toBe(file);
  });

  it("goes on under its name where texts of before are kept so, and says it", async () => {
    const path = join(folder, "m.gguf");
    writeFileSync(path, "GGUF one");
    await reasonedBy(path, undefined);
    const { heard, report } = listen();
    const before = await plan(path, report);
    expect((before.reasoner as Reasoner).parameters.file).toBeUndefined();
    expect(heard.join()).toMatch(/were kept under the file's name, whatever it held/);
    const asked = server.questions.length;
    expect((await readReasoning(folder, before.dataset as Dataset)).coverage).toEqual({ items: 1, users: 1 });
    expect(server.questions).toHaveLength(asked);
    await reasonedBy(path, "0123456789abcdef");
    expect(((await plan(path)).reasoner as Reasoner).parameters.file).toMatch(/^[0-9a-f]{16}$/);
  });
});
