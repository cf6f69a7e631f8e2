// A real language model in this machine's own processor, in process and behind a server: reasons as nobody says how,
// is killed in the midst of it, goes on, and is judged; and is asked step by step about a few. It is started here:
// `npm run test:real-llm` with ISRF_GGUF naming an instruction-tuned GGUF file (or a hf:ORG/REPO/FILE.gguf) and
// NODE_LLAMA_CPP_HOME the folder where node-llama-cpp is installed. ISRF_LLM_START names a program that starts another
// server (support/real-server.ts).
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { synthesiseShop } from "../../src/data/index.ts";
import type { JudgeReport, ReasonResult } from "../../src/pipeline/reason/index.ts";
import { Journal, journalPath } from "../../src/reasoning/index.ts";
import { FORTY, fortySubjects } from "./support/forty-subjects.ts";
import { ownServer, type RealServer, startedBy } from "./support/real-server.ts";
import { type RecordingProxy, recordingProxy } from "./support/recording-proxy.ts";

const { ISRF_GGUF: model, NODE_LLAMA_CPP_HOME: home, ISRF_LLM_START: starter } = process.env;
const missing = Object.entries({ ISRF_GGUF: model, NODE_LLAMA_CPP_HOME: home }).flatMap(([name, value]) =>
  value === undefined ? [name] : [],
);
const TODO = `set ${missing.join(" and ")}, see docs/reasoning.md`;
const SKIPPED = missing.length === 0 ? "" : ` (SKIPPED, no model was asked: ${TODO})`;
const SERVER_SKIPPED = starter === undefined ? SKIPPED : "";
if (SKIPPED !== "") process.stderr.write(`\ntest:real-llm${SKIPPED}\n\n`);

const ROOT = resolve(import.meta.dirname, "../..");
const SUBJECTS = { items: 60, users: 20 };

let folder: string;
let shop: string;
let servedShop: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-real-llm-"));
  shop = join(folder, "shop");
  servedShop = join(folder, "served");
  await synthesiseShop({ ...SUBJECTS, seed: 7, out: shop });
  await fortySubjects(join(folder, "forty"), servedShop);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly isEnough?: () => boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The command line in a process of its own, killed when `isEnough` says so. */
function isrf(words: readonly string[], { isEnough, environment = {} }: Running = {}): Promise<Ended> {
  const tsx = join(ROOT, "node_modules/tsx/dist/loader.mjs");
  const child = spawn(process.execPath, ["--import", tsx, join(ROOT, "src/cli/main.ts"), ...words], {
    cwd: home,
    env: { ...process.env, ...environment },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (part: Buffer) => (stdout += part));
  child.stderr.on("data", (part: Buffer) => (stderr += part));
  const look = setInterval(() => isEnough?.() && child.kill("SIGKILL"), 200);
  return new Promise((done) =>
    child.on("exit", (code) => {
      clearInterval(look);
      done({ code, stdout, stderr });
    }),
  );
}

function answers(of = shop): ReadonlyMap<string, string> {
  try {
    using journal = Journal.read(journalPath(of));
    return new Map([...journal.records()].map(({ key, text }) => [key, text]));
  } catch {
    return new Map();
  }
}

/** Floors for models of half a billion parameters: larger ones stand far above them. */
function expectPlainChains({ kinds }: JudgeReport, asked: number): void {
  const { complete, passed, alike } = kinds[0]!;
  process.stdout.write(`${JSON.stringify(kinds[0])}\n`);
  expect(complete / asked).toBeGreaterThanOrEqual(0.4);
  expect(passed.plain).toBe(complete);
  expect(passed.opposed).toBe(complete);
  expect(passed.specific / complete).toBeGreaterThanOrEqual(0.5);
  expect(alike / complete).toBeLessThanOrEqual(0.3);
}

describe.skipIf(SKIPPED !== "")(`a real model${SKIPPED}`, () => {
  it("reasons, and survives kill -9 without asking twice", async () => {
    const reason = ["reason", shop, "--llm", `llama-cpp:${model}`, "--attempts", "1", "--json"];
    await isrf(reason, { isEnough: () => answers().size >= 15 });
    const before = answers();
    expect(before.size).toBeGreaterThanOrEqual(15);
    const { stdout, stderr, code } = await isrf(reason);
    expect(code, stderr).toBe(0);
    const { tally, items, users } = JSON.parse(stdout) as ReasonResult;
    expect([items.subjects, users.subjects]).toEqual([SUBJECTS.items, SUBJECTS.users]);
    const after = answers();
    for (const [key, text] of before) expect(after.get(key)).toBe(text);
    // What stood there is found: every call of the second run wrote something new.
    expect(tally.asked).toBe(after.size - before.size);
    expect(tally.calls).toBeLessThanOrEqual(2 * (SUBJECTS.items + SUBJECTS.users));
    for (const text of after.values()) expect(text).not.toMatch(/earlier answer|could not be used|Begin with/);
    // One call a subject, of three texts.
    expect(tally.calls).toBeLessThan(tally.asked);
    process.stdout.write(`${JSON.stringify(tally)}\n`);
  }, 3_600_000);

  it("writes chains of items that are whole and plain, mostly specific, and not the same three times", async () => {
    const { code, stdout, stderr } = await isrf(["reason", "judge", shop, "--sample", "60", "--json"]);
    expect(code, stderr).toBe(0);
    expectPlainChains(JSON.parse(stdout) as JudgeReport, SUBJECTS.items);
  }, 600_000);

  it("is asked a call a step by the paper's questions, freely", async () => {
    const words = ["--prompts", "figures-6-7/3", "--sample", "1", "--attempts", "1", "--json"];
    const { code, stdout, stderr } = await isrf(["reason", shop, "--llm", `llama-cpp:${model}`, ...words]);
    expect(code, stderr).toBe(0);
    const { tally, items } = JSON.parse(stdout) as ReasonResult;
    expect(tally.calls).toBeGreaterThanOrEqual(tally.asked);
    expect(items.complete).toBeGreaterThan(0);
    process.stdout.write(`${JSON.stringify(tally)}\n`);
  }, 1_800_000);
});

const questionsOf = (calls: RecordingProxy["calls"]) => calls.map(({ question }) => question);

describe.skipIf(SERVER_SKIPPED !== "")(`a real model behind OpenAI's chat completions${SERVER_SKIPPED}`, () => {
  const AT_ONCE = 2;
  let server: RealServer;
  let proxy: RecordingProxy;
  let environment: Readonly<Record<string, string>>;
  beforeAll(async () => {
    server = await (starter === undefined ? ownServer(home!, model!) : startedBy(starter));
    proxy = await recordingProxy(server.url);
    environment = { OPENAI_BASE_URL: `${proxy.url}/v1`, OPENAI_API_KEY: "" };
  }, 1_800_000);
  afterAll(async () => {
    await proxy?.stop();
    await server?.stop();
  });

  it("reasons over forty subjects, and survives kill -9 without putting an answered question twice", async () => {
    const asking = ["--llm", `openai:${server.model}`, "--concurrency", String(AT_ONCE), "--attempts", "1", "--json"];
    const reason = ["reason", servedShop, ...asking];
    await isrf(reason, { environment, isEnough: () => answers(servedShop).size >= 15 });
    const before = answers(servedShop);
    const put = [...proxy.calls];
    expect(before.size).toBeGreaterThanOrEqual(15);
    const { stdout, stderr, code } = await isrf(reason, { environment });
    expect(code, stderr).toBe(0);
    const { tally, items, users } = JSON.parse(stdout) as ReasonResult;
    process.stdout.write(`${JSON.stringify(tally)}\n`);
    expect([items.subjects, users.subjects]).toEqual([FORTY.items, FORTY.users]);
    const after = answers(servedShop);
    for (const [key, text] of before) expect(after.get(key)).toBe(text);
    expect(tally.asked).toBe(after.size - before.size);
    // What came back in the moment of the kill may not have been written down.
    const putAgain = proxy.calls.slice(put.length);
    const answered = questionsOf(put.filter(({ isAnswered }) => isAnswered));
    expect(questionsOf(putAgain).filter((question) => answered.includes(question)).length).toBeLessThanOrEqual(AT_ONCE);
    for (const calls of [put, putAgain]) {
      const once = questionsOf(calls.filter(({ isAnswered }) => isAnswered));
      expect(new Set(once).size).toBe(once.length);
    }
    expect(tally.calls).toBeGreaterThanOrEqual(putAgain.filter(({ isAnswered }) => isAnswered).length);
    const counts = { answersBeforeKill: before.size, answers: after.size, put: put.length, putAgain: putAgain.length };
    process.stdout.write(`${JSON.stringify({ ...counts, answeredBeforeKill: answered.length })}\n`);
  }, 3_600_000);

  it("writes chains that rules find plain, and answers as a judge by yes and no", async () => {
    const judge = ["reason", "judge", servedShop, "--json", "--sample"];
    const byRule = await isrf([...judge, String(FORTY.items)]);
    expect(byRule.code, byRule.stderr).toBe(0);
    expectPlainChains(JSON.parse(byRule.stdout) as JudgeReport, FORTY.items);
    const by = ["--by", `openai:${server.model}`, "--concurrency", String(AT_ONCE)];
    const { code, stdout, stderr } = await isrf([...judge, "10", ...by], { environment });
    expect(code, stderr).toBe(0);
    const { judge: judged, kinds } = JSON.parse(stdout) as JudgeReport;
    process.stdout.write(`${JSON.stringify(judged)}\n`);
    expect(judged!.asked).toBe(kinds[0]!.complete + kinds[1]!.complete);
    // The form is held by a grammar.
    expect(judged!.unclear).toBe(0);
    expect(judged!.promptTokens).toBeGreaterThan(judged!.completionTokens);
  }, 1_800_000);
});
