// Reasoning by a server's batch API, and by files that somebody else has answered.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Report } from "../../src/base/progress.ts";
import { splitLeaveLastTwo } from "../../src/data/split.ts";
import { estimateReasoning } from "../../src/pipeline/reason/estimate.ts";
import { reason } from "../../src/pipeline/reason/reason.ts";
import { type BatchWay, makeBatchReasoner, makeReasoner } from "../../src/pipeline/reason/reasoners.ts";
import {
  BatchApi,
  BUILT_IN_PROMPTS,
  batchFolder,
  batchReasoner,
  CallStore,
  Journal,
  journalPath,
  REASONER_DEFAULTS,
  type ReasonerOptions,
  STEPWISE_PROMPTS,
} from "../../src/reasoning/index.ts";
import { type Behaviour, LlmServer, plausibleAnswer } from "../support/llm-server.ts";
import { tinyShop } from "../support/tiny-shop.ts";

let folder: string;
let server: LlmServer;
let messages: string[];
const report: Report = (event) => {
  if (event.kind === "warning") messages.push(event.message);
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "isrf-batch-"));
  server = await LlmServer.start();
  messages = [];
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** 6 items and 3 users, three questions each. */
const QUESTIONS = (6 + 3) * 3;
const SUBJECTS = 6 + 3;

function setup(options: Partial<ReasonerOptions> = {}, way: BatchWay = { isSent: true }) {
  const dataset = tinyShop(folder, { nUsers: 3, nItems: 6, length: 5 });
  const settings = { structured: "off" as const, ...options };
  const reasoner = makeBatchReasoner("openai:scripted", dataset, settings, way, server.environment);
  return { dataset, reasoner, seed: 3, report, prompts: STEPWISE_PROMPTS };
}

const texts = () => {
  using journal = Journal.read(journalPath(folder));
  return [...journal.records()].map(({ key, text, status, flaws, attempt }) => ({ key, text, status, flaws, attempt }));
};

const FIRST_ITEM = /Title: red polish lacquer[\s\S]*\[POSITIVE\]:(?:\nBegin with .*)?$/;
const flawed = (text = "No."): Behaviour => ({ kind: "answer", text });

describe("a batch run", () => {
  it("asks in three waves for items and three for users, and writes what calls would have written", async () => {
    const { tally, items, users } = await reason(setup());
    expect(tally).toMatchObject({ asked: QUESTIONS, calls: QUESTIONS, failed: 0, reused: 0 });
    expect([items.complete, users.complete]).toEqual([6, 3]);
    expect(server.batches.batches.map(({ lines }) => lines.length)).toEqual([6, 6, 6, 3, 3, 3]);
    expect(new Set(server.batches.sent).size).toBe(QUESTIONS);
    const batched = texts();
    rmSync(journalPath(folder));
    const { dataset } = setup();
    const live = makeReasoner(
      "openai:scripted",
      dataset,
      splitLeaveLastTwo(dataset),
      { structured: "off" },
      server.environment,
    );
    await reason({ dataset, reasoner: live, seed: 3, prompts: STEPWISE_PROMPTS });
    expect(texts()).toEqual(batched);
  });

  it("asks in one wave a kind where one call writes the three texts", async () => {
    const prompts = BUILT_IN_PROMPTS["one-call/1"]!;
    const { items, users } = await reason({ ...setup({ structured: "auto" }), prompts });
    expect([items.complete, users.complete]).toEqual([6, 3]);
    expect(server.batches.batches.map(({ lines }) => lines.length)).toEqual([6, 3]);
  });

  it("puts lines of custom id, method, address and body into files, an id for a body", async () => {
    await reason(setup());
    const lines = server.batches.batches.flatMap(({ lines }) => lines);
    for (const { custom_id, method, url } of lines) {
      expect(custom_id).toMatch(/^[0-9a-f]{64}$/);
      expect([method, url]).toEqual(["POST", "/v1/chat/completions"]);
    }
    expect(lines[0]!.body).toMatchObject({ model: "scripted", temperature: 0.6, seed: 2026, max_tokens: 160 });
  });

  it("repairs what cannot be used by another seed and opening in the next wave, and gives it up after that", async () => {
    server.follow(({ prompt }) => (FIRST_ITEM.test(prompt) ? flawed() : { kind: "answer" }));
    const { tally, items } = await reason(setup());
    expect(items).toEqual({ subjects: 6, complete: 5 });
    expect(tally).toMatchObject({ failed: 1, flaws: { malformed: 2 }, repaired: 0 });
    const asked = server.questions.filter(({ prompt }) => FIRST_ITEM.test(prompt));
    expect(asked.map(({ body }) => body.seed)).toEqual([2026, 2027]);
    expect(asked[1]!.prompt).toMatch(/\nBegin with "Users who"\.$/);
  });

  it("takes what the journal holds for answered", async () => {
    await reason(setup());
    const { tally } = await reason(setup());
    expect(tally).toMatchObject({ asked: 0, reused: QUESTIONS });
    expect(server.batches.batches).toHaveLength(6);
  });

  it("sets a batch aside at its worst before it is sent, and ends where the budget does", async () => {
    const { stopped, tally } = await reason(setup({ budget: { calls: 8 } }));
    expect(stopped).toMatch(/budget of 8 calls/);
    expect(tally.calls).toBe(8);
    expect(server.batches.batches.map(({ lines }) => lines.length)).toEqual([6, 2]);
    await reason(setup());
    expect(server.batches.sent).toHaveLength(QUESTIONS);
  });

  it("says how far a wave is by the server's word", async () => {
    const told: string[] = [];
    const listen: Report = (event) => {
      if (event.kind === "step" && event.unit.startsWith("requests"))
        told.push(`${event.done} of ${event.total} ${event.unit}: ${event.note}`);
    };
    server.batches.script = () => ({ looks: 2 });
    await reason({ ...short(), report: listen });
    expect(told.slice(0, 3)).toEqual([
      "0 of 6 requests of wave 1: 1 validating, 0.0 min",
      "0 of 6 requests of wave 1: 1 in_progress, 0.0 min",
      "6 of 6 requests of wave 1: 1 completed, 0.0 min",
    ]);
    expect(told.at(-1)).toBe("3 of 3 requests of wave 2: 1 completed, 0.0 min");
  });

  it("of a model that is of no use ends before it pays for the repairs", async () => {
    server.follow(() => flawed("<html>"));
    const dataset = tinyShop(folder, { nUsers: 3, nItems: 30, length: 5 });
    const way = { isSent: true };
    const reasoner = makeBatchReasoner("openai:scripted", dataset, { structured: "off" }, way, server.environment);
    await expect(reason({ dataset, reasoner, prompts: STEPWISE_PROMPTS })).rejects.toThrow(
      /Of 20 questions in a row 0 \(0 %\)/,
    );
    expect(server.batches.batches).toHaveLength(1);
  });

  it("of a larger wave sends several files, and goes on from each", async () => {
    const { dataset, seed } = setup();
    const access = { baseUrl: server.environment.OPENAI_BASE_URL, key: undefined };
    const reasoner = batchReasoner(
      "scripted",
      { ...REASONER_DEFAULTS, structured: "auto" },
      { directory: folder, api: new BatchApi(access, 10_000), limits: { requests: 4, bytes: 1e6 } },
    );
    const prompts = BUILT_IN_PROMPTS["one-call/1"]!;
    const { items, users } = await reason({ dataset, reasoner, seed, prompts });
    expect([items.complete, users.complete]).toEqual([6, 3]);
    expect(server.batches.batches.map(({ lines }) => lines.length)).toEqual([4, 2, 3]);
  });

  it("leaves nothing behind but the journal's answers", async () => {
    await reason(setup());
    const left = readdirSync(join(folder, "reasoning", "batches")).filter((name) => !name.startsWith("calls.db"));
    expect(left).toEqual([]);
    const store = await CallStore.open(batchFolder(folder));
    expect([store.pending, store.unused, store.open()]).toEqual([0, 0, []]);
    store[Symbol.dispose]();
  });
});

/** One call writes a chain: two waves. */
const short = () => ({ ...setup({ structured: "auto" }), prompts: BUILT_IN_PROMPTS["one-call/1"]! });

describe("a batch", () => {
  it("that ran out of time has what is missing asked in the next one", async () => {
    server.batches.script = ({ number }) => (number === 1 ? { end: "expired", answered: 4 } : {});
    const { items } = await reason(short());
    expect(items.complete).toBe(6);
    expect(server.answers).toBe(SUBJECTS);
    expect(messages).toContain("Batch batch_1 expired, 6 requests: 2 have to be asked again.");
  });

  it("with failures of the server in its error file has them asked again, until they have failed too often", async () => {
    let failures = 0;
    server.follow(({ prompt }) => {
      if (!FIRST_ITEM.test(prompt)) return { kind: "answer" };
      failures++;
      return { kind: "status", status: 500 };
    });
    const { tally, items } = await reason(setup({ tries: 2 }));
    expect(failures).toBe(2);
    expect(items.complete).toBe(5);
    expect(tally.flaws).toEqual({ server: 1 });
  });

  it("whose schema is refused is asked without", async () => {
    server.follow(({ body }) =>
      body.response_format === undefined
        ? { kind: "answer" }
        : { kind: "status", status: 400, message: "response_format json_schema is not supported" },
    );
    const { items, users } = await reason(setup({ structured: "auto" }));
    expect([items.complete, users.complete]).toEqual([6, 3]);
    expect(messages.join()).toMatch(/asked for without a schema/);
  });

  it("with lines that come twice, of nobody, or broken is merged once, and says so", async () => {
    const stranger = JSON.stringify({
      custom_id: "f".repeat(64),
      response: { status_code: 200, body: {} },
      error: null,
    });
    server.batches.script = ({ number }) => (number === 1 ? { isTwice: true, moreLines: [stranger, "{half"] } : {});
    const { tally } = await reason(short());
    expect(tally.calls).toBe(SUBJECTS);
    expect(messages).toContain(
      "Batch batch_1 completed, 6 requests: 6 came twice, 1 lines are about no request of it, 1 lines cannot be read.",
    );
  });

  it("that was refused ends the run with the server's words, and the next run sends it again", async () => {
    server.batches.script = () => ({ end: "failed", message: "Enqueued token limit reached." });
    await expect(reason(short())).rejects.toThrow(/batch_1 failed.*Enqueued token limit reached/);
    server.batches.script = () => ({});
    await reason(short());
    expect(server.answers).toBe(SUBJECTS);
  });

  it("that was cancelled keeps what came back, and ends the run", async () => {
    server.batches.script = ({ number }) => (number === 1 ? { end: "cancelled", answered: 5 } : {});
    await expect(reason(short())).rejects.toThrow(/batch_1: cancelled at the server/);
    await reason(short());
    expect(server.answers).toBe(SUBJECTS);
  });

  it("whose making is not heard of is found in the list, not made twice", async () => {
    server.batches.making = (number) => (number % 2 === 1 ? "dropped" : "made");
    await reason(short());
    expect(server.batches.sent).toHaveLength(SUBJECTS);
    expect(server.answers).toBe(SUBJECTS);
  });

  it("is not asked of a server that has no batches: the message says what to do", async () => {
    const { dataset } = setup();
    const environment = { OPENAI_BASE_URL: `${server.address}/v2` };
    const reasoner = makeBatchReasoner("openai:scripted", dataset, {}, { isSent: true }, environment);
    await expect(reason({ dataset, reasoner })).rejects.toThrow(/no batch API\. Write files with --batch-out DIR/);
  });

  it("that the server does not know any more is not asked again in silence", async () => {
    const stop = new AbortController();
    server.batches.script = () => ({ looks: 100 });
    server.batches.holds = (call) => {
      if (call.startsWith("GET /v1/batches/")) stop.abort();
      return false;
    };
    await expect(reason({ ...short(), signal: stop.signal })).rejects.toThrow(/stay with the server/);
    server.batches.forget();
    await expect(reason(short())).rejects.toThrow(/status 404.*gone for good.*remove .*reasoning\/batches/);
    rmSync(join(folder, "reasoning", "batches"), { recursive: true });
    server.batches.script = () => ({});
    expect((await reason(short())).items.complete).toBe(6);
  });

  it("stays with the server when the run is stopped, and another address is not asked for it", async () => {
    const stop = new AbortController();
    server.batches.script = () => ({ looks: 100 });
    server.batches.holds = (call) => {
      if (call.startsWith("GET /v1/batches/")) stop.abort();
      return false;
    };
    await expect(reason({ ...setup(), signal: stop.signal })).rejects.toThrow(/batches stay with the server/);
    const { dataset } = setup();
    const elsewhere = { OPENAI_BASE_URL: `${server.address}/other/v1` };
    const other = makeBatchReasoner("openai:scripted", dataset, { structured: "off" }, { isSent: true }, elsewhere);
    await expect(reason({ dataset, reasoner: other, seed: 3, prompts: STEPWISE_PROMPTS })).rejects.toThrow(
      /A batch of 6 requests is with/,
    );
  });
});

it("an estimate counts waves instead of hours, and writes nothing", async () => {
  const { dataset, reasoner, prompts } = setup();
  const estimate = await estimateReasoning({ dataset, reasoner, prompts, seed: 3, prices: { input: 1, output: 2 } });
  expect(estimate).toMatchObject({ questions: QUESTIONS, waves: 6, seconds: undefined });
  expect(readdirSync(folder)).toEqual([]);
});

it("a run by calls is warned of questions that are with a server", async () => {
  const stop = new AbortController();
  server.batches.holds = (call) => {
    if (call.startsWith("GET /v1/batches/")) stop.abort();
    return false;
  };
  await expect(reason({ ...setup(), signal: stop.signal })).rejects.toThrow(/stay with the server/);
  const { dataset } = setup();
  const live = makeReasoner("openai:scripted", dataset, splitLeaveLastTwo(dataset), {}, server.environment);
  await reason({ dataset, reasoner: live, seed: 3, report });
  expect(messages).toContain(
    "6 questions are in batches, with a server or answered and not read yet: --batch goes on with them. This run may ask them a second time.",
  );
});

describe("files for somebody else to ask", () => {
  const offline = (out?: string, from: readonly string[] = []) =>
    setup({}, { isSent: false, out: out && join(folder, out), in: from.map((name) => join(folder, name)) });

  /** Answers a wave's file, in vLLM's form or OpenAI's. */
  function answer(wave: string, output: string, { isVllm = true, share = 1 } = {}): void {
    const lines = readFileSync(join(folder, wave, "requests-1.jsonl"), "utf8")
      .split("\n")
      .filter(Boolean);
    const answered = lines.slice(0, Math.ceil(share * lines.length)).map((text) => {
      const { custom_id, body } = JSON.parse(text) as { custom_id: string; body: { messages: { content: string }[] } };
      const content = plausibleAnswer(body.messages.at(-1)!.content);
      const reply = {
        id: "chatcmpl-1",
        object: "chat.completion",
        model: "scripted",
        choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
        usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
      };
      const response = isVllm
        ? { status_code: 200, request_id: "vllm-batch-1", body: reply }
        : { status_code: 200, request_id: "req_1", body: reply };
      return JSON.stringify({ id: isVllm ? "vllm-1" : "batch_req_1", custom_id, response, error: null });
    });
    writeFileSync(join(folder, output), answered.map((line) => `${line}\n`).join(""));
  }

  it("lead through all waves: out, answered, in and out again", async () => {
    let result = await reason(offline("wave-1"));
    expect(result.stopped).toMatch(/6 requests are in .*wave-1\/requests-1\.jsonl.*--batch-in OUTPUT/);
    for (let wave = 1; wave <= 6; wave++) {
      answer(`wave-${wave}`, `out-${wave}.jsonl`, { isVllm: wave % 2 === 1 });
      result = await reason(offline(`wave-${wave + 1}`, [`out-${wave}.jsonl`]));
    }
    expect(result.stopped).toBeUndefined();
    expect([result.items.complete, result.users.complete]).toEqual([6, 3]);
    expect(server.questions).toHaveLength(0);
    expect(readdirSync(folder)).not.toContain("wave-7");
  });

  it("that were answered in part say how many are needed, and the rest is written next", async () => {
    await reason(offline("wave-1"));
    answer("wave-1", "out.jsonl", { share: 0.5 });
    const half = await reason(offline(undefined, ["out.jsonl"]));
    expect(half.stopped).toMatch(/^6 requests are to be asked next: --batch-out DIR/);
    expect(half.tally.asked).toBe(3);
    await reason(offline("wave-2"));
    const lines = readFileSync(join(folder, "wave-2", "requests-1.jsonl"), "utf8")
      .trim()
      .split("\n");
    expect(lines).toHaveLength(6);
  });

  it("tell of answers that belong to no question", async () => {
    await reason(setup());
    const stranger = { custom_id: "x", response: { status_code: 200, body: { choices: [] } }, error: null };
    writeFileSync(join(folder, "strange.jsonl"), `${JSON.stringify(stranger)}\n`);
    await reason(offline(undefined, ["strange.jsonl"]));
    expect(messages.at(-1)).toMatch(/^1 results in .* belong to no question of this run/);
  });

  it("are refused where the folder holds files already, or the file is none of an output", async () => {
    mkdirSync(join(folder, "full"));
    writeFileSync(join(folder, "full", "a.jsonl"), "");
    await expect(reason(offline("full"))).rejects.toThrow(/--batch-out .*full: found files there/);
    writeFileSync(join(folder, "prose.jsonl"), "once upon a time\n");
    await expect(reason(offline(undefined, ["prose.jsonl"]))).rejects.toThrow(/prose\.jsonl: found other lines/);
    await expect(reason(offline(undefined, ["none.jsonl"]))).rejects.toThrow(/none\.jsonl/);
  });

  it("in vLLM's words for a request that failed are read as its failure", async () => {
    await reason(offline("wave-1"));
    const [first] = readFileSync(join(folder, "wave-1", "requests-1.jsonl"), "utf8").split("\n");
    const { custom_id } = JSON.parse(first!) as { custom_id: string };
    const error = { object: "error", message: "too odd a request", type: "BadRequestError", code: 400 };
    const line = { id: "vllm-2", custom_id, response: { status_code: 400, request_id: "q" }, error };
    writeFileSync(join(folder, "failed.jsonl"), `${JSON.stringify(line)}\n`);
    const { tally } = await reason(offline(undefined, ["failed.jsonl"]));
    expect(tally).toMatchObject({ failed: 1, flaws: { rejected: 1 } });
  });
});
