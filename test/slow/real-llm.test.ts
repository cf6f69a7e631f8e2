// A real language model in this machine's own processor: reasons over 80 subjects, is killed in the midst of it, goes
// on, and is judged. `npm run test:real-llm` with ISRF_GGUF naming an instruction-tuned GGUF file (or a
// hf:ORG/REPO/FILE.gguf) and NODE_LLAMA_CPP_HOME the folder where node-llama-cpp is installed.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { synthesiseShop } from "../../src/data/index.ts";
import { Journal, journalPath } from "../../src/reasoning/index.ts";

const { ISRF_GGUF: model, NODE_LLAMA_CPP_HOME: home } = process.env;
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

it.skipIf(model === undefined || home === undefined)(
  "a real model reasons, survives kill -9 without asking twice, and is judged (skipped without ISRF_GGUF, NODE_LLAMA_CPP_HOME)",
  async () => {
    const reason = [
      "reason",
      shop,
      "--llm",
      `llama-cpp:${model}`,
      "--prompts",
      "one-call/1",
      "--attempts",
      "1",
      "--json",
    ];
    await isrf(reason, () => answers().size >= 15);
    const before = answers();
    expect(before.size).toBeGreaterThanOrEqual(15);
    const { stdout, stderr, code } = await isrf(reason);
    expect(code, stderr).toBe(0);
    const { tally, items, users } = JSON.parse(stdout);
    expect([items.subjects, users.subjects]).toEqual([SUBJECTS.items, SUBJECTS.users]);
    const after = answers();
    for (const [key, text] of before) expect(after.get(key)).toBe(text);
    // What stood there is found: every call of the second run wrote something new.
    expect(tally.asked).toBe(after.size - before.size);
    expect(tally.calls).toBeLessThanOrEqual(2 * (SUBJECTS.items + SUBJECTS.users));
    for (const text of after.values()) expect(text).not.toMatch(/earlier answer|could not be used|Begin with/);
    const judged = await isrf(["reason", "judge", shop, "--sample", "40"]);
    expect(judged.code, judged.stderr).toBe(0);
    process.stdout.write(`${judged.stdout}\n${JSON.stringify(tally)}\n`);
  },
  3_600_000,
);
