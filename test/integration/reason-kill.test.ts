// Whole processes against one journal and one scripted server: killed without warning, and side by side.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { synthesiseShop } from "../../src/data/index.ts";
import { Journal, journalPath } from "../../src/reasoning/index.ts";
import { ISRF } from "../support/isrf-command.ts";
import { LlmServer } from "../support/llm-server.ts";

let folder: string;
let shop: string;
let server: LlmServer;
let needed: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "isrf-kill-"));
  shop = join(folder, "shop");
  const { users, items } = await synthesiseShop({ users: 20, items: 60, seed: 4, out: shop });
  needed = 3 * (users.length + items.length);
  server = await LlmServer.start(() => ({ kind: "answer", delayMs: 5 }));
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** A question a step: chains are begun and not whole when the process is killed. */
const STEPWISE = "figures-6-7/3";

function start(): ChildProcess {
  const words = ["reason", shop, "--llm", "openai:scripted", "--concurrency", "3", "--quiet", "--prompts", STEPWISE];
  return spawn(process.execPath, [...ISRF, ...words], {
    cwd: new URL("../..", import.meta.url),
    env: { ...process.env, ...server.environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

const ended = (child: ChildProcess) => new Promise<number | null>((done) => child.on("exit", done));
const moment = () => new Promise((done) => setTimeout(done, 5));

function stored(): number {
  if (!existsSync(journalPath(shop))) return 0;
  using journal = Journal.read(journalPath(shop));
  return journal.counts().answered;
}

/**
 * Starts a process, lets the server fall silent at its `count`-th answer in the middle of the questions after it, and
 * kills the process with those questions under way.
 */
async function killAt(count: number): Promise<void> {
  const before = { answers: server.answers, questions: server.questions.length };
  let held = 0;
  const child = start();
  const end = ended(child);
  server.follow(() => {
    if (server.questions.length - 1 - before.questions + before.answers < count) return { kind: "answer", delayMs: 5 };
    held++;
    return { kind: "hold" };
  });
  while (held < 2 && child.exitCode === null) await moment();
  // Of three questions under way two may be held while the last answer is still on its way: it arrives within moments.
  while (stored() < count && child.exitCode === null) await moment();
  child.kill("SIGKILL");
  await end;
}

it("killed twice with -9 and resumed: requests answered are requests needed, exactly", {
  timeout: 180_000,
}, async () => {
  await killAt(31);
  expect(stored()).toBe(31);
  await killAt(97);
  expect(stored()).toBe(97);
  server.follow(() => ({ kind: "answer" }));
  expect(await ended(start())).toBe(0);
  expect(server.answers).toBe(needed);
  expect(server.answered.size).toBe(needed);
  expect(stored()).toBe(needed);
});

it("two processes with one journal divide the questions", { timeout: 180_000 }, async () => {
  expect(await Promise.all([ended(start()), ended(start())])).toEqual([0, 0]);
  expect(server.answers).toBe(needed);
  expect(server.answered.size).toBe(needed);
  expect(stored()).toBe(needed);
});
