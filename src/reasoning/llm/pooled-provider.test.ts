import { expect, it, vi } from "vitest";
import type { Clock } from "../../servers/clock.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import { pooledProvider } from "./pooled-provider.ts";
import type { Generation, Provider } from "./provider.ts";

const REPLY: Generation = { text: "x", thinking: "", promptTokens: 1, completionTokens: 1, isTruncated: false };
const signal = new AbortController().signal;

function server(state: { isDown?: boolean } = {}) {
  const open: (() => void)[] = [];
  const calls = { count: 0 };
  const provider: Provider = {
    kind: "fake",
    model: "m",
    concurrency: 4,
    async generate() {
      calls.count++;
      if (state.isDown) throw new ProviderError("server", "gone");
      await new Promise<void>((done) => open.push(done));
      return REPLY;
    },
  };
  return { provider, calls, finish: () => open.splice(0).forEach((done) => void done()) };
}

class FakeClock implements Clock {
  time = 0;
  now = () => this.time;
  sleep = async () => {};
}

const ask = (pool: Provider) => pool.generate({ prompt: "p", seed: 1, tokenLimit: 9 }, signal);

it("shares calls by weight, and takes as many at once as its servers together", async () => {
  const [small, large] = [server(), server()];
  const pool = pooledProvider([
    { provider: small.provider, weight: 1 },
    { provider: large.provider, weight: 3 },
  ]);
  expect(pool.concurrency).toBe(8);
  const asked = Array.from({ length: 8 }, () => ask(pool));
  expect([small.calls.count, large.calls.count]).toEqual([2, 6]);
  small.finish();
  large.finish();
  expect(await Promise.all(asked)).toHaveLength(8);
});

it("leaves a server that fails alone for a growing while, and comes back to it", async () => {
  const clock = new FakeClock();
  const state = { isDown: true };
  const [broken, whole] = [server(state), server()];
  const pool = pooledProvider(
    [
      { provider: broken.provider, weight: 5 },
      { provider: whole.provider, weight: 1 },
    ],
    clock,
  );
  await expect(ask(pool)).rejects.toThrow("gone");
  const second = ask(pool);
  expect(whole.calls.count).toBe(1);
  clock.time = 1000;
  await expect(ask(pool)).rejects.toThrow("gone");
  clock.time = 2500;
  const third = ask(pool);
  expect([broken.calls.count, whole.calls.count]).toEqual([2, 2]);
  state.isDown = false;
  clock.time = 3000;
  const fourth = ask(pool);
  expect(broken.calls.count).toBe(3);
  whole.finish();
  broken.finish();
  expect(await Promise.all([second, third, fourth])).toEqual([REPLY, REPLY, REPLY]);
});

it("asks another server where one is busy, and waits for the first to come back where all are", async () => {
  const clock = new FakeClock();
  const busyFor = (retryAfterMs: number) => {
    const calls: number[] = [];
    const generate = async () => {
      calls.push(clock.time);
      throw new ProviderError("busy", "later", { retryAfterMs });
    };
    return { calls, provider: { ...server().provider, generate } };
  };
  const [long, short, whole] = [busyFor(60_000), busyFor(7000), server()];
  const at = ({ provider }: { provider: Provider }, weight: number) => ({ provider, weight });
  const asked = ask(pooledProvider([at(long, 9), at(short, 5), at(whole, 1)], clock));
  await vi.waitFor(() => expect(whole.calls.count).toBe(1));
  whole.finish();
  expect(await asked).toBe(REPLY);
  expect([long.calls, short.calls]).toEqual([[0], [0]]);
  const all = pooledProvider([at(long, 9), at(short, 5)], clock);
  await expect(ask(all)).rejects.toMatchObject({ trouble: "busy", retryAfterMs: 7000 });
  clock.time = 2000;
  await expect(ask(all)).rejects.toMatchObject({ trouble: "busy", retryAfterMs: 7000 });
  expect([long.calls, short.calls]).toEqual([
    [0, 0],
    [0, 0, 2000],
  ]);
});

/** Its calls fail when they are told to. */
function failing() {
  const open: ((error: ProviderError) => void)[] = [];
  const generate = () => new Promise<Generation>((_, fail) => open.push(fail));
  const fail = (error: ProviderError) => {
    for (const reject of open.splice(0)) reject(error);
  };
  return { provider: { ...server().provider, generate }, open, fail };
}

it("takes calls under way that fail together for one failure", async () => {
  const clock = new FakeClock();
  const [broken, whole] = [failing(), server()];
  const pool = pooledProvider(
    [
      { provider: broken.provider, weight: 100 },
      { provider: whole.provider, weight: 1 },
    ],
    clock,
  );
  const failed = Array.from({ length: 16 }, () => ask(pool).catch((error: Error) => error.message));
  expect(broken.open).toHaveLength(16);
  broken.fail(new ProviderError("server", "restarting"));
  expect(new Set(await Promise.all(failed))).toEqual(new Set(["restarting"]));
  clock.time = 1000;
  const next = ask(pool).catch((error: Error) => error.message);
  expect(broken.open).toHaveLength(1);
  broken.fail(new ProviderError("server", "still"));
  await next;
  clock.time = 2999;
  void ask(pool);
  expect([broken.open.length, whole.calls.count]).toEqual([0, 1]);
  clock.time = 3000;
  void ask(pool).catch(() => {});
  expect(broken.open).toHaveLength(1);
});

it("asks another server where one is not there, and says so where none is", async () => {
  const clock = new FakeClock();
  const gone = () => failingAtOnce(new ProviderError("connection", "nobody answers there"));
  const [first, second, whole] = [gone(), gone(), server()];
  const at = (provider: Provider, weight: number) => ({ provider, weight });
  const asked = ask(pooledProvider([at(first, 9), at(second, 5), at(whole.provider, 1)], clock));
  await vi.waitFor(() => expect(whole.calls.count).toBe(1));
  whole.finish();
  expect(await asked).toBe(REPLY);
  const none = pooledProvider([at(first, 9), at(second, 5)], clock);
  await expect(ask(none)).rejects.toMatchObject({ trouble: "connection", message: "nobody answers there" });
  const busy = failingAtOnce(new ProviderError("busy", "later", { retryAfterMs: 60_000 }));
  const one = pooledProvider([at(busy, 9), at(first, 5)], clock);
  await expect(ask(one)).rejects.toMatchObject({ trouble: "busy" });
});

function failingAtOnce(error: ProviderError): Provider {
  const generate = async () => {
    throw error;
  };
  return { ...server().provider, generate };
}

it("tells of the one server that answers by another model, and of none that only spells the name otherwise", async () => {
  const serving = (name: string) => ({
    provider: { ...server().provider, servedAnyway: async () => [name] },
    weight: 1,
  });
  const served = (...names: string[]) => pooledProvider(names.map(serving)).servedAnyway!(signal);
  expect(await served("/models/M.gguf", "m")).toEqual(["/models/M.gguf"]);
  expect(await served("/models/M.gguf", "other")).toEqual(["other"]);
});

it("asks a free server where one that a call has tried is awake again meanwhile", async () => {
  const clock = new FakeClock();
  const [broken, whole] = [failing(), server()];
  const at = (provider: Provider, weight: number) => ({ provider, weight });
  const pool = pooledProvider([at(broken.provider, 100), at(whole.provider, 1)], clock);
  const asked = [ask(pool), ask(pool)];
  const [failFirst, failSecond] = broken.open.splice(0);
  const gone = new ProviderError("connection", "nobody answers there");
  failFirst!(gone);
  await vi.waitFor(() => expect(whole.calls.count).toBe(1));
  // Long after the rest that the first call's failure began.
  clock.time = 5000;
  failSecond!(gone);
  await vi.waitFor(() => expect(whole.calls.count).toBe(2));
  whole.finish();
  expect(await Promise.all(asked)).toEqual([REPLY, REPLY]);
});

it("says once that a server is not there, and once that it answers again", async () => {
  const clock = new FakeClock();
  let isThere = false;
  const generate = async () => {
    if (!isThere) throw new ProviderError("connection", "http://gpu1:8000/v1: nobody answers there.");
    return REPLY;
  };
  const told: string[] = [];
  const whole = { ...server().provider, generate: async () => REPLY };
  const servers = [
    { provider: { ...whole, generate }, weight: 9, name: "gpu1:8000" },
    { provider: whole, weight: 1 },
  ];
  const pool = pooledProvider(servers, clock, (message) => told.push(message));
  for (clock.time = 0; clock.time < 300_000; clock.time += 10_000) await ask(pool);
  expect(told).toEqual([expect.stringMatching(/^http:\/\/gpu1:8000\/v1: nobody answers there\. Its questions go to/)]);
  isThere = true;
  for (; clock.time < 600_000; clock.time += 10_000) await ask(pool);
  expect(told.slice(1)).toEqual(["gpu1:8000 answers again."]);
});
