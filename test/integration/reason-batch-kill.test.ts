// The built command line killed without warning in every phase of a batch, and started again: nothing is asked twice.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
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
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "isrf-batch-kill-"));
  shop = join(folder, "shop");
  server = await LlmServer.start();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function start(): ChildProcess {
  const words = ["reason", shop, "--llm", "openai:scripted", "--batch", "--prompts", "one-call/1", "--quiet"];
  return spawn(process.execPath, [...ISRF, ...words], {
    cwd: new URL("../..", import.meta.url),
    env: { ...process.env, ...server.environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

const ended = (child: ChildProcess) => new Promise<number | null>((done) => child.on("exit", done));

/** Kills a new process when the server is asked `call`, which it lets hang. */
async function killAt(call: RegExp): Promise<void> {
  const { batches } = server;
  const child = start();
  const end = ended(child);
  await new Promise<void>((reached) => {
    batches.holds = (asked) => {
      if (!call.test(asked)) return false;
      reached();
      return true;
    };
    void end.then(() => reached());
  });
  expect(child.exitCode).toBeNull();
  child.kill("SIGKILL");
  await end;
  batches.holds = () => false;
}

/** Kills a new process when its batch is made, before it hears of it. */
async function killWhenMade(): Promise<void> {
  const { batches } = server;
  const child = start();
  const end = ended(child);
  await new Promise<void>((reached) => {
    batches.making = () => {
      setImmediate(reached);
      return "held";
    };
    void end.then(() => reached());
  });
  child.kill("SIGKILL");
  await end;
  batches.making = () => "made";
}

it("killed while it uploads, makes, waits for and fetches batches, it asks everything once", {
  timeout: 180_000,
}, async () => {
  const { users, items } = await synthesiseShop({ users: 20, items: 60, seed: 4, out: shop });
  const { batches } = server;
  await killAt(/^POST \/v1\/batches$/);
  expect(batches.batches).toHaveLength(0);
  await killWhenMade();
  await killAt(/^GET \/v1\/batches\/batch_1$/);
  await killAt(/^GET \/v1\/files\/[^/]+\/content$/);
  // Uploading the second wave: the first one is merged by then, and its answers are in the journal or beside it.
  await killAt(/^POST \/v1\/files$/);
  expect(await ended(start())).toBe(0);
  // A reply may have needed a repair; no request was sent twice, and none answered twice.
  expect(new Set(batches.sent).size).toBe(batches.sent.length);
  expect([...server.answered.values()].every((count) => count === 1)).toBe(true);
  const needed = users.length + items.length;
  expect(batches.sent.length).toBeGreaterThanOrEqual(needed);
  using journal = Journal.read(journalPath(shop));
  expect(journal.counts()).toEqual({ answered: 3 * needed, failed: 0 });
});
