// A real language model in this machine's own processor: reasons over 80 subjects as nobody says how, is killed in the
// midst of it, goes on, and is judged; and is asked step by step about a few. `npm run test:real-llm` with ISRF_GGUF
// naming an instruction-tuned GGUF file (or a hf:ORG/REPO/FILE.gguf) and NODE_LLAMA_CPP_HOME the folder where
// node-llama-cpp is installed.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { synthesiseShop } from "../../src/data/index.ts";
import type { JudgeReport, ReasonResult } from "../../src/pipeline/reason/index.ts";
import { Journal, journalPath } from "../../src/reasoning/index.ts";

const NAMES = ["ISRF_GGUF", "NODE_LLAMA_CPP_HOME"] as const;
const [model, home] = NAMES.map((name) => process.env[name]);
const missing = NAMES.filter((name) => process.env[name] === undefined);
const SKIPPED =
  missing.length === 0 ? "" : ` (SKIPPED, no model was asked: set ${missing.join(" and ")}, see docs/reasoning.md)`;
if (SKIPPED !== "") process.stderr.write(`\ntest:real-llm${SKIPPED}\n\n`);

const ROOT = resolve(import.meta.dirname, "../..");
const SUBJECTS = { items: 60, users: 20 };

let folder: string;
let shop: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-real-llm-"));
  shop = join(folder, "shop");
  await synthesiseShop({ ...SUBJECTS, seed: 7, out: shop });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line in a process of its own, killed when `isEnough` says so. */
function isrf(words: readonly string[], isEnough?: () => boolean): Promise<Ended> {
  const tsx = join(ROOT, "node_modules/tsx/dist/loader.mjs");
  const child = spawn(process.execPath, ["--import", tsx, join(ROOT, "src/cli/main.ts"), ...words], { cwd: home });
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

function answers(): ReadonlyMap<string, string> {
  try {
    using journal = Journal.read(journalPath(shop));
    return new Map([...journal.records()].map(({ key, text }) => [key, text]));
  } catch {
    return new Map();
  }
}

describe.skipIf(SKIPPED !== "")(`a real model${SKIPPED}`, () => {
  it("reasons, and survives kill -9 without asking twice", async () => {
    const reason = ["reason", shop, "--llm", `llama-cpp:${model}`, "--attempts", "1", "--json"];
    await isrf(reason, () => answers().size >= 15);
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
    const [items] = (JSON.parse(stdout) as JudgeReport).kinds;
    const { drawn, complete, passed, alike } = items!;
    process.stdout.write(`${JSON.stringify(items)}\n`);
    // Floors for models of half a billion parameters: larger ones stand far above them.
    expect(complete / drawn).toBeGreaterThanOrEqual(0.4);
    expect(passed.plain).toBe(complete);
    expect(passed.opposed).toBe(complete);
    expect(passed.specific / complete).toBeGreaterThanOrEqual(0.5);
    expect(alike / complete).toBeLessThanOrEqual(0.3);
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
