import { expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import { ollamaBase } from "../../servers/addresses.ts";
import type { Clock } from "../../servers/clock.ts";
import { readRetryAfter } from "../../servers/http-json.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import { Gate } from "./gate.ts";
import { generatePatiently } from "./patient-provider.ts";
import type { Generation, Provider } from "./provider.ts";

/** Sleeping is the only thing that takes time. */
class FakeClock implements Clock {
  private time = 0;
  readonly now = () => this.time;
  async sleep(ms: number): Promise<void> {
    await Promise.resolve();
    this.time += ms;
  }
}

const REPLY: Generation = { text: "x", thinking: "", promptTokens: 1, completionTokens: 1, isTruncated: false };

function provider(outcomes: (ProviderError | Generation)[], asked: number[], clock: Clock): Provider {
  return {
    kind: "fake",
    model: "fake",
    concurrency: 1,
    async generate() {
      asked.push(clock.now());
      const outcome = outcomes.shift() ?? REPLY;
      if (outcome instanceof ProviderError) throw outcome;
      return outcome;
    },
  };
}

function setup(outcomes: (ProviderError | Generation)[], tries = 4) {
  const clock = new FakeClock();
  const gate = new Gate({ most: 8, clock, giveUpMs: 120_000 });
  const asked: number[] = [];
  const fake = provider(outcomes, asked, clock);
  const patience = { gate, clock, random: Random.of(1), tries };
  const signal = new AbortController().signal;
  return {
    gate,
    asked,
    clock,
    call: () => generatePatiently(fake, { prompt: "", seed: 1, tokenLimit: 9 }, patience, signal),
  };
}

const busy = (retryAfterMs?: number) => new ProviderError("busy", "later", { retryAfterMs });
const broken = () => new ProviderError("server", "broken");

it("waits exactly as long as a busy server asks, then with half as many calls at once, growing by one a round", async () => {
  const { gate, asked, call } = setup([busy(7000)]);
  await call();
  expect(asked[1]! - asked[0]!).toBe(7000);
  expect(gate.atOnce).toBe(4);
  for (let i = 0; i < 3; i++) await call();
  expect(gate.atOnce).toBe(5);
});

it.each([
  ["a date that is past", 0],
  ["nothing", undefined],
])("waits longer each time where a busy server asks for %s", async (_, retryAfterMs) => {
  const { asked, call } = setup([busy(retryAfterMs), busy(retryAfterMs), busy(retryAfterMs)]);
  await call();
  for (const [i, at] of asked.slice(1).entries()) expect(at - asked[i]!).toBeGreaterThanOrEqual(250 * 2 ** i);
});

it("asks a busy server once more however long it wanted to wait, and gives up where it is busy still", async () => {
  const once = setup([busy(600_000)]);
  await once.call();
  expect(once.asked).toEqual([0, 600_000]);
  const twice = setup([busy(600_000), busy(600_000), busy(600_000)]);
  await expect(twice.call()).rejects.toThrow("has been too busy for 600 s");
  expect(twice.asked).toEqual([0, 600_000]);
});

it("ends the run when the server is busy for too long, however short its pauses", async () => {
  const { asked, call } = setup(Array.from({ length: 1000 }, () => busy(10_000)));
  await expect(call()).rejects.toThrow("has been too busy for 130 s");
  expect(asked).toHaveLength(14);
});

it("backs off between half and the whole of a doubling step", async () => {
  const { asked, call } = setup([broken(), broken(), broken()]);
  await call();
  const waits = asked.slice(1).map((at, i) => at - asked[i]!);
  for (const [i, wait] of waits.entries()) {
    expect(wait).toBeGreaterThanOrEqual(500 * 2 ** i);
    expect(wait).toBeLessThanOrEqual(1000 * 2 ** i);
  }
});

it("gives a question up after its tries, and says why", async () => {
  const { asked, call } = setup([broken(), broken(), broken()], 3);
  await expect(call()).rejects.toThrow("broken");
  expect(asked).toHaveLength(3);
});

it("opens after five failures in a row, tries at doubling intervals, and closes at the first answer", async () => {
  const { gate, asked, call } = setup(Array.from({ length: 8 }, broken), 100);
  await call();
  const waits = asked.slice(1).map((at, i) => at - asked[i]!);
  // The fifth failure opens it: cool-downs of 1, 2, 4 and 8 seconds.
  expect(waits.slice(4)).toEqual([1000, 2000, 4000, 8000]);
  expect(gate.breaker.isOpen).toBe(false);
});

it("ends the run when the server stays away", async () => {
  const { clock, call } = setup(Array.from({ length: 1000 }, broken), 1000);
  await expect(call()).rejects.toThrow(/has been down for \d+ s/);
  expect(clock.now()).toBeGreaterThan(120_000);
  expect(clock.now()).toBeLessThan(240_000);
});

it("has trouble to tell of where a server has been busy for a minute, and none before", async () => {
  const { gate, clock } = setup([]);
  const busy = async () => {
    await gate.enter();
    gate.busy(1000, new ProviderError("busy", "later"));
  };
  await busy();
  expect(gate.currentTrouble).toBeUndefined();
  await clock.sleep(61_000);
  await busy();
  expect(gate.currentTrouble).toMatchObject({ message: "later" });
  await gate.enter();
  gate.succeeded();
  expect(gate.currentTrouble).toBeUndefined();
});

it("does not take a server for absent while a call is under way, and does afterwards", async () => {
  const { gate, clock } = setup([]);
  await gate.enter();
  await gate.enter();
  gate.failed(new ProviderError("connection", "nobody answers there"));
  await clock.sleep(31_000);
  await gate.enter();
  gate.abandoned();
  gate.abandoned();
  await expect(gate.enter()).rejects.toThrow("has not answered once in 31 s: nobody answers there");
});

it("reads Retry-After as seconds or as a date (RFC 9110, section 10.2.3)", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  expect(readRetryAfter("120", now)).toBe(120_000);
  expect(readRetryAfter("Thu, 01 Jan 2026 00:00:30 GMT", now)).toBe(30_000);
  expect(readRetryAfter("Wed, 31 Dec 2025 00:00:00 GMT", now)).toBe(0);
  for (const odd of [undefined, "", "soon"]) expect(readRetryAfter(odd, now)).toBeUndefined();
});

it.each([
  [undefined, "http://127.0.0.1:11434/"],
  ["0.0.0.0", "http://127.0.0.1:11434/"],
  ["gpu1:8080", "http://gpu1:8080/"],
  ["https://ollama.example/base", "https://ollama.example/base/"],
])("takes OLLAMA_HOST %s as %s", (host, url) => {
  expect(ollamaBase(host).href).toBe(url);
});
