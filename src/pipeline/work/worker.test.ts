import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { OperationError } from "../../base/errors.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { type JobStore, openJobs } from "../../jobs/index.ts";
import { type CoordinateOptions, coordinate } from "./coordinate.ts";
import { type AnyJobKind, defineKind, type JobContext } from "./kind.ts";
import { type WorkerOptions, work } from "./worker.ts";

async function emptyStore(leaseMs?: number): Promise<JobStore> {
  const store = await openJobs(join(await temporaryDirectory(), "jobs.db"), { pauseMs: 0, leaseMs });
  onTestFinished(() => store.close());
  return store;
}

const payload = z.object({ number: z.number() });
const square = (run: (number: number, context: JobContext) => Promise<number>): AnyJobKind =>
  defineKind({ name: "square", payload, run: ({ number }, context) => run(number, context) });
const plain = square(async (number) => number * number);

const jobs = (...numbers: number[]) =>
  numbers.map((number) => ({ kind: "square", name: String(number), payload: { number } }));
const options = (store: JobStore, kind: AnyJobKind, rest: Partial<WorkerOptions> = {}): WorkerOptions => ({
  store,
  kinds: [kind],
  cache: "",
  untilIdle: true,
  ...rest,
});

function methodsOf(store: JobStore): JobStore {
  return {
    describes: store.describes,
    leaseMs: store.leaseMs,
    add: (given) => store.add(given),
    lease: (request) => store.lease(request),
    find: (ids) => store.find(ids),
    list: (request) => store.list(request),
    counts: () => store.counts(),
    retry: (id) => store.retry(id),
    cancel: (id) => store.cancel(id),
    close: () => store.close(),
  };
}

/** Shards of the square kind; `coordinate` adds the jobs itself. */
const shards = (...numbers: number[]) =>
  numbers.map((number) => ({ name: String(number), payload: { number }, size: 10 }));
const asked = (store: JobStore, rest: Partial<CoordinateOptions> = {}): CoordinateOptions => ({
  store,
  queue: "jobs.db",
  kind: "square",
  shards: shards(2, 3, 4),
  stage: "square",
  unit: "numbers",
  hasWorkers: true,
  take: async () => true,
  ...rest,
});

it("a worker does all jobs, and ends when none are left", async () => {
  const store = await emptyStore();
  await store.add(jobs(2, 3));
  expect(await work(options(store, plain))).toEqual({ done: 2, failed: 0, released: 0, lost: 0 });
  expect((await store.find(["square.2", "square.3"])).map((job) => job?.result)).toEqual([4, 9]);
});

it("a shard that always fails is set aside after its tries, and the others are done", async () => {
  const store = await emptyStore();
  await store.add(jobs(1, 2, 3));
  const kind = square(async (number) => {
    if (number === 2) throw new Error("no such part");
    return number;
  });
  expect(await work(options(store, kind))).toEqual({ done: 2, failed: 3, released: 0, lost: 0 });
  expect((await store.find(["square.2"]))[0]).toMatchObject({ state: "failed", error: "no such part", tried: 3 });
});

it("a payload of another version is set aside at once", async () => {
  const store = await emptyStore();
  await store.add([{ kind: "square", name: "a", payload: { numeral: "IV" } }]);
  expect(await work(options(store, plain))).toMatchObject({ failed: 1 });
  expect((await store.find(["square.a"]))[0]).toMatchObject({ state: "failed", tried: 1 });
});

it("a worker that is to stop gives its job back, and takes no other", async () => {
  const store = await emptyStore();
  await store.add(jobs(1, 2));
  const controller = new AbortController();
  const kind = square(async (_, { signal }) => {
    controller.abort();
    await sleep(10_000, undefined, { signal });
    return 0;
  });
  const done = await work(options(store, kind, { signal: controller.signal }));
  expect(done).toEqual({ done: 0, failed: 0, released: 1, lost: 0 });
  expect((await store.list()).map(({ state, tried }) => [state, tried])).toEqual([
    ["waiting", 0],
    ["waiting", 0],
  ]);
});

it("a worker finds out that its job was cancelled, and drops it", async () => {
  const store = await emptyStore(200);
  await store.add(jobs(1));
  const kind = square(async (_, { signal }) => {
    await store.cancel("square.1");
    await sleep(10_000, undefined, { signal });
    return 0;
  });
  const warnings: ProgressEvent[] = [];
  expect(await work(options(store, kind, { report: (event) => warnings.push(event) }))).toMatchObject({ lost: 1 });
  expect(warnings).toHaveLength(1);
});

it("stops its job when the store was away for a whole lease", async () => {
  const store = await emptyStore(200);
  await store.add(jobs(1));
  const cutOff: JobStore = {
    ...methodsOf(store),
    lease: async (request) => {
      const lease = await store.lease(request);
      if (lease === undefined) return undefined;
      const { job } = lease;
      const away = () => Promise.reject(new OperationError("the line is cut"));
      return { job, heartbeat: away, complete: away, fail: away, release: () => lease.release() };
    },
  };
  let stopped = false;
  const kind = square(async (_, { signal }) => {
    await sleep(2000, undefined, { signal }).catch(() => {
      stopped = true;
    });
    signal.throwIfAborted();
    return 0;
  });
  const controller = new AbortController();
  const report = () => controller.abort();
  expect(await work(options(cutOff, kind, { report, signal: controller.signal }))).toMatchObject({ lost: 1 });
  expect(stopped).toBe(true);
});

it("keeps its lease for as long as a job takes, and tells how much is done", async () => {
  const store = await emptyStore(600);
  await store.add(jobs(1));
  const kind = square(async (_, { progress }) => {
    progress(7);
    await sleep(900);
    const [job] = await store.find(["square.1"]);
    return job?.progress as number;
  });
  expect(await work(options(store, kind))).toMatchObject({ done: 1 });
  expect((await store.find(["square.1"]))[0]).toMatchObject({ result: 7, tried: 1 });
});

it("a coordinator takes each result once, also those of an earlier one, and tells how far it is", async () => {
  const store = await emptyStore();
  await store.add(jobs(3));
  await work(options(store, plain));
  const taken: unknown[] = [];
  const events: ProgressEvent[] = [];
  const take = async (shard: { readonly name: string }, result: unknown) => {
    taken.push([shard.name, result]);
    return true;
  };
  const working = coordinate(asked(store, { take, report: (event) => events.push(event) }));
  await expect.poll(() => store.list({ states: ["waiting"] }), { timeout: 5000 }).toHaveLength(2);
  await Promise.all([working, work(options(store, plain))]);
  expect(taken.sort()).toEqual([
    ["2", 4],
    ["3", 9],
    ["4", 16],
  ]);
  expect(events.filter(({ kind }) => kind === "step").at(-1)).toMatchObject({ done: 30, total: 30, unit: "numbers" });
});

it("asks for a worker when the last one fell silent with a job in its hands", async () => {
  const store = await emptyStore();
  const told: string[] = [];
  const report = (event: ProgressEvent) => event.kind === "warning" && told.push(event.message);
  const working = coordinate(asked(store, { shards: shards(2), hasWorkers: false, report }));
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  await expect.poll(() => store.lease({ kinds: ["square"], worker: "gone" }), { timeout: 5000 }).toBeDefined();
  await sleep(100);
  expect(told).toEqual([]);
  vi.setSystemTime(Date.now() + store.leaseMs + 30_000);
  await expect.poll(() => told, { timeout: 5000 }).toHaveLength(1);
  expect(told[0]).toContain("1 shards wait in ");
  await Promise.all([working, work(options(store, plain))]);
});

it("says of commands that it shows where the login of the queue is missing in them", async () => {
  const failing = square(() => Promise.reject(new Error("an odd number")));
  for (const hasLogin of [true, false]) {
    const store = await emptyStore();
    const rest = { shards: shards(2), queue: "redis://host:6379", hasLogin };
    const refused = await Promise.all([coordinate(asked(store, rest)).catch(String), work(options(store, failing))]);
    const login = hasLogin ? " (with the name and password of the queue in its address)" : "";
    expect(refused[0]).toContain(`--queue redis://host:6379 --kinds square --states failed\`${login}; the same`);
  }
});

it("has a shard done again whose result is gone", async () => {
  const store = await emptyStore();
  let answers = 0;
  const take = async ({ name }: { readonly name: string }) => name !== "3" || ++answers > 1;
  const controller = new AbortController();
  const working = work(options(store, plain, { untilIdle: false, signal: controller.signal }));
  await coordinate(asked(store, { take }));
  controller.abort();
  expect(await working).toMatchObject({ done: 4 });
});

it("gives a shard up whose result is never where it should be, and says what may be wrong", async () => {
  const store = await emptyStore();
  const controller = new AbortController();
  const working = work(options(store, plain, { untilIdle: false, signal: controller.signal }));
  const sharing = coordinate(asked(store, { take: async ({ name }) => name !== "3" }));
  await expect(sharing).rejects.toThrow(/1 failed \(1 done, but its result is not where it should be; do all workers/);
  controller.abort();
  expect(await working).toMatchObject({ done: 5 });
});

it("adds jobs again that its store forgot", async () => {
  const [first, second] = [await emptyStore(), await emptyStore()];
  let isForgetful = false;
  const forgetful: JobStore = {
    ...methodsOf(first),
    add: (given) => (isForgetful ? second : first).add(given),
    find: (ids) => (isForgetful ? second : first).find(ids),
  };
  const sharing = coordinate(asked(forgetful));
  await expect.poll(() => first.list(), { timeout: 5000 }).toHaveLength(3);
  isForgetful = true;
  await expect.poll(() => second.list(), { timeout: 5000 }).toHaveLength(3);
  await Promise.all([sharing, work(options(second, plain))]);
});

it("says why shards were set aside when all others are done, and tries them again when asked again", async () => {
  const store = await emptyStore();
  let isWell = false;
  const kind = square(async (number) => {
    if (number !== 3 && !isWell) throw new Error(`shard ${number}0000 lies on a full disk`);
    return number;
  });
  const controller = new AbortController();
  const working = work(options(store, kind, { untilIdle: false, signal: controller.signal }));
  const taken: string[] = [];
  const take = async ({ name }: { readonly name: string }) => taken.push(name) > 0;
  const first = coordinate(asked(store, { take }));
  await expect(first).rejects.toThrow(OperationError);
  await expect(first).rejects.toThrow(
    "2 of the shards were set aside: 2 failed (2 shard ... lies on a full disk). The others are done and kept.",
  );
  expect(taken).toEqual(["3"]);
  isWell = true;
  await coordinate(asked(store, { take }));
  expect(taken.slice(1).sort()).toEqual(["2", "3", "4"]);
  controller.abort();
  await working;
});
