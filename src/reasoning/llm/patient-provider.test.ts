import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Random } from "../../base/random.ts";
import { CLOCK } from "../../servers/clock.ts";
import { Gate } from "./gate.ts";
import { generatePatiently } from "./patient-provider.ts";
import type { Generation, Provider } from "./provider.ts";

const REPLY: Generation = { text: "x", thinking: "", promptTokens: 1, completionTokens: 1, isTruncated: false };

/** Answers after a time, unless it is broken off. */
function slow(ms: number, isPaid: boolean): Provider {
  return {
    kind: "slow",
    model: "slow",
    concurrency: 1,
    isPaid,
    generate: (_, signal) =>
      new Promise((resolve, reject) => {
        setTimeout(() => resolve(REPLY), ms);
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([
  { who: "a server of one's own", isPaid: false, answersAfter: 900, keeps: true },
  { who: "a server of one's own", isPaid: false, answersAfter: 1100, keeps: false },
  { who: "a paid service", isPaid: true, answersAfter: 29_000, keeps: true },
  { who: "a paid service", isPaid: true, answersAfter: 31_000, keeps: false },
])("stopped, $who that answers after $answersAfter ms: kept is $keeps", async ({ isPaid, answersAfter, keeps }) => {
  const gate = new Gate({ most: 1, clock: CLOCK, giveUpMs: 120_000 });
  const stop = new AbortController();
  const patience = { gate, clock: CLOCK, random: Random.of(1), tries: 1 };
  const asked = generatePatiently(
    slow(answersAfter, isPaid),
    { prompt: "", seed: 1, tokenLimit: 9 },
    patience,
    stop.signal,
  ).then(
    (reply) => reply.text,
    (error) => `stopped: ${error}`,
  );
  await vi.advanceTimersByTimeAsync(0);
  stop.abort("SIGINT");
  await vi.advanceTimersByTimeAsync(answersAfter);
  expect(await asked).toBe(keeps ? "x" : "stopped: SIGINT");
});
