import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bundled } from "../../../test/support/bundled.ts";
import { tinyShop } from "../../../test/support/tiny-shop.ts";
import { CancelledError, InputError } from "../../base/errors.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { splitLeaveLastTwo } from "../../data/split.ts";
import { Journal, journalPath, offlineReasoner, type Reasoner, readReasoning } from "../../reasoning/index.ts";
import { reason } from "./reason.ts";
import { makeReasoner } from "./reasoners.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isrf-reason-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** 30 items and 12 users, three questions each. */
const QUESTIONS = (30 + 12) * 3;

function shop() {
  const dataset = tinyShop(folder);
  const split = splitLeaveLastTwo(dataset);
  return { dataset, split, reasoner: offlineReasoner(dataset, split), seed: 3 };
}

/** The offline answers, handed out through a function that may interfere. */
function wrapped(reasoner: Reasoner, complete: Reasoner["complete"]): Reasoner {
  return { ...reasoner, complete };
}

describe("reasoning over a dataset", () => {
  it("asks three questions a subject, then nothing twice", async () => {
    const options = shop();
    const first = await reason(options);
    expect(first.tally).toMatchObject({ asked: QUESTIONS, reused: 0, failed: 0 });
    expect(first.items).toEqual({ subjects: 30, complete: 30 });
    expect(first.users).toEqual({ subjects: 12, complete: 12 });
    expect((await reason(options)).tally).toMatchObject({ asked: 0, reused: QUESTIONS });
  });

  it("counts the subjects that a model told nothing apart about", async () => {
    const options = shop();
    const lazy = wrapped(options.reasoner, async (request) =>
      request.subject.kind === "item" && request.step === "feature" && request.subject.index < 4
        ? { text: "A product that people may like.", promptTokens: 0, completionTokens: 0, milliseconds: 0 }
        : options.reasoner.complete(request),
    );
    const before = (await reason(options)).alike;
    expect((await reason({ ...options, reasoner: { ...lazy, model: "lazy" } })).alike.items).toBe(before.items + 4);
  });

  it("is read back whole, with the label of its writer", async () => {
    const options = shop();
    await reason(options);
    const { items, users, source, coverage } = await readReasoning(folder, options.dataset);
    expect(source).toBe("rule-based (offline)");
    expect(coverage).toEqual({ items: 1, users: 1 });
    expect(items[0]!.feature).toMatch(/nail polish/);
    expect(users[0]!.feature).toMatch(/core interest/);
  });

  it("quotes the items' features in the users' questions, training items only", async () => {
    const options = shop();
    const prompts: string[] = [];
    const reasoner = wrapped(options.reasoner, async (request) => {
      if (request.subject.kind === "user" && request.subject.index === 0) prompts.push(request.prompt);
      return options.reasoner.complete(request);
    });
    await reason({ ...options, reasoner });
    const { items } = await readReasoning(folder, options.dataset);
    const sequence = options.dataset.sequences[0]!;
    expect(prompts).toHaveLength(3);
    for (const item of sequence.slice(0, -2)) expect(prompts[0]).toContain(items[item]!.feature);
    for (const item of sequence.slice(-2)) expect(prompts[0]).not.toContain(options.dataset.items[item]!.title);
  });

  it("stops on a signal, keeps what was answered, and tells later stages what share is covered", async () => {
    const options = shop();
    const abort = new AbortController();
    let answers = 0;
    const reasoner = wrapped(options.reasoner, async (request) => {
      if (++answers === 46) abort.abort();
      return options.reasoner.complete(request);
    });
    await expect(reason({ ...options, reasoner, signal: abort.signal })).rejects.toThrow(CancelledError);
    const partial = await readReasoning(folder, options.dataset);
    // 46 answers are 15 whole chains and one third of a chain.
    expect(partial.coverage).toEqual({ items: 15 / 30, users: 0 });
    expect(partial.items[29]!.feature).toMatch(/^Title: .*; Brand: /);
    expect(partial.users[0]!.feature).toMatch(/^Title: /);
    expect((await reason(options)).tally).toMatchObject({ asked: QUESTIONS - 46, reused: 46 });
  });

  it("ends a chain at an empty reply, counts it, and asks again in the next run", async () => {
    const options = shop();
    const reasoner = wrapped(options.reasoner, async (request) => {
      const reply = await options.reasoner.complete(request);
      return request.subject.id === "item-7" && request.step === "negative" ? { ...reply, text: " \n" } : reply;
    });
    const first = await reason({ ...options, reasoner });
    expect(first.items).toEqual({ subjects: 30, complete: 29 });
    expect(first.tally.failed).toBe(1);
    const second = await reason(options);
    expect(second.items.complete).toBe(30);
    // The failed question, the feature after it, and the chains of users who see item 7's new feature.
    expect(second.tally.asked).toBeGreaterThanOrEqual(2);
  });

  it("runs chains side by side when the reasoner allows it", async () => {
    const options = shop();
    let [active, most] = [0, 0];
    const complete: Reasoner["complete"] = async (request) => {
      most = Math.max(most, ++active);
      await new Promise(setImmediate);
      active--;
      return options.reasoner.complete(request);
    };
    const result = await reason({ ...options, reasoner: { ...options.reasoner, complete, concurrency: 4 } });
    expect(most).toBe(4);
    expect(result.tally.asked).toBe(QUESTIONS);
  });

  it("passes a reasoner's failure on and keeps the answers before it", async () => {
    const options = shop();
    let answers = 0;
    const reasoner = wrapped(options.reasoner, async (request) => {
      if (++answers > 10) throw new Error("server down");
      return options.reasoner.complete(request);
    });
    await expect(reason({ ...options, reasoner })).rejects.toThrow("server down");
    expect((await reason(options)).tally.reused).toBe(10);
  });

  it("reports its label and its progress", async () => {
    const events: ProgressEvent[] = [];
    await reason({ ...shop(), report: (event) => events.push(event) });
    expect(events[0]).toEqual({ kind: "stage", stage: "reason", detail: "rule-based (offline), rules-1" });
    expect(events.at(-1)).toEqual({ kind: "step", stage: "reason", done: 12, total: 12, unit: "users" });
  });

  it("says what to do when nothing has been reasoned", async () => {
    const { dataset } = shop();
    await expect(readReasoning(folder, dataset)).rejects.toThrow(InputError);
    await expect(readReasoning(folder, dataset)).rejects.toThrow(/isrf reason/);
  });

  it("knows its reasoners by name", () => {
    const { dataset, split } = shop();
    expect(makeReasoner("offline", dataset, split).kind).toBe("offline");
    expect(() => makeReasoner("ofline", dataset, split)).toThrow(/expected offline, ollama, .*Did you mean offline\?/);
    expect(() => makeReasoner("offline:big", dataset, split)).toThrow(/has no models/);
  });
});

describe("a reasoning process", () => {
  const here = (file: string) => JSON.stringify(join(import.meta.dirname, file));
  /** Answers take 2 ms each and are noted in a log when given. */
  const script = `
    import { appendFileSync } from "node:fs";
    import { join } from "node:path";
    import { tinyShop } from ${here("../../../test/support/tiny-shop.ts")};
    import { splitLeaveLastTwo } from ${here("../../data/split.ts")};
    import { offlineReasoner } from ${here("../../reasoning/index.ts")};
    import { reason } from ${here("./reason.ts")};
    const folder = process.argv[2]!;
    const dataset = tinyShop(folder);
    const split = splitLeaveLastTwo(dataset);
    const offline = offlineReasoner(dataset, split);
    const reasoner = { ...offline, async complete(request) {
      await new Promise((done) => setTimeout(done, 2));
      appendFileSync(join(folder, "asked.log"), request.subject.id + " " + request.step + "\\n");
      return offline.complete(request);
    } };
    await reason({ dataset, split, reasoner, seed: 3 });
  `;
  const asked = () => {
    const log = join(folder, "asked.log");
    return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  };
  let program: string;
  beforeAll(async () => {
    program = await bundled(script);
  });
  const start = () => spawn(process.execPath, [program, folder], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = (child: ChildProcess) => new Promise<number | null>((done) => child.on("exit", done));

  /** Kills a fresh process without warning once `count` answers have been given in all. */
  async function killAfter(count: number): Promise<void> {
    const child = start();
    const end = ended(child);
    while (asked().length < count && child.exitCode === null) await new Promise((done) => setTimeout(done, 1));
    child.kill("SIGKILL");
    await end;
  }

  it("killed twice with -9 and resumed: every question is answered, and only those in flight at the kill are asked again", async () => {
    await killAfter(40);
    await killAfter(85);
    expect(await ended(start())).toBe(0);
    const all = asked();
    expect(new Set(all).size).toBe(QUESTIONS);
    expect(all.length).toBeLessThanOrEqual(QUESTIONS + 2);
    expect((await reason(shop())).tally).toMatchObject({ asked: 0, reused: QUESTIONS });
  });

  it("shares its journal with a second one: both end well and every answer is there once", async () => {
    expect(await Promise.all([ended(start()), ended(start())])).toEqual([0, 0]);
    expect(new Set(asked()).size).toBe(QUESTIONS);
    using journal = Journal.open(journalPath(folder));
    expect(journal.counts()).toEqual({ answered: QUESTIONS, failed: 0 });
  });
});
