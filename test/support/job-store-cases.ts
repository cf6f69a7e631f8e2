// What every store of jobs must do, and which faults it must survive: run on the embedded one and on Redis.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import {
  type JobState,
  type JobStore,
  type JobsOptions,
  type Lease,
  LeaseLostError,
  openJobs,
} from "../../src/jobs/index.ts";

const HOLDER = fileURLToPath(new URL("hold-a-job.ts", import.meta.url));
const SOON = { timeout: 15_000, interval: 20 };
/** Short, for what waits until a lease ends. */
const LEASE_MS = 300;
/** Long, for what must not be over while a busy machine holds its breath. */
const LONG_LEASE_MS = 900;
const PAUSE_MS = 600;

const kinds = ["work"];
const job = (name: string, rest: { readonly tries?: number; readonly kind?: string } = {}) => ({
  kind: "work",
  name,
  payload: { part: `part-${name}`, from: 0 },
  ...rest,
});

/** `freshAddress` names a store that is empty. */
export function jobStoreCases(freshAddress: () => string | Promise<string>): void {
  const withStores = async (
    count: number,
    work: (stores: readonly JobStore[], address: string) => Promise<void>,
    options: JobsOptions = {},
  ) => {
    const address = await freshAddress();
    const stores = await Promise.all(
      Array.from({ length: count }, () => openJobs(address, { pauseMs: 0, ...options })),
    );
    try {
      await work(stores, address);
    } finally {
      await Promise.all(stores.map((store) => store.close()));
    }
  };
  const withStore = (work: (store: JobStore, address: string) => Promise<void>, options?: JobsOptions) =>
    withStores(1, ([store], address) => work(store!, address), options);
  const stateOf = async (store: JobStore, id: string) => (await store.find([id]))[0]?.state;
  /** The next job, waiting for it. */
  const next = async (store: JobStore, worker = "w"): Promise<Lease> => {
    for (const end = Date.now() + SOON.timeout; Date.now() < end; await sleep(SOON.interval)) {
      const lease = await store.lease({ kinds, worker });
      if (lease !== undefined) return lease;
    }
    throw new Error("no job came");
  };

  test("hands each job out once, oldest first, and keeps its result", async () => {
    await withStore(async (store) => {
      expect(await store.add([job("b"), job("a")])).toBe(2);
      const lease = await next(store, "ann");
      expect(lease.job).toMatchObject({
        id: "work.b",
        kind: "work",
        state: "active",
        payload: { part: "part-b" },
        tried: 1,
      });
      await lease.heartbeat({ done: 3, total: 9 });
      expect((await store.find(["work.a", "work.none", "work.b"])).map((found) => found?.state)).toEqual([
        "waiting",
        undefined,
        "active",
      ]);
      expect((await store.find(["work.b"]))[0]).toMatchObject({ worker: "ann", progress: { done: 3, total: 9 } });
      await lease.complete({ rows: 7 });
      const [found] = await store.find(["work.b"]);
      expect(found).toMatchObject({ state: "done", result: { rows: 7 }, tried: 1, error: undefined });
      expect(found!.finished).toBeGreaterThanOrEqual(found!.added);
      expect((await store.counts()).get("work")).toEqual({ waiting: 1, active: 0, done: 1, failed: 0, cancelled: 0 });
    });
  });

  test("adds a job once, whatever became of it", async () => {
    await withStore(async (store) => {
      expect(await store.add([job("a"), job("a")])).toBe(1);
      expect(await store.add([job("a"), job("b")])).toBe(1);
      await (await next(store)).complete("first");
      expect(await store.add([job("a")])).toBe(0);
      expect((await store.find(["work.a"]))[0]).toMatchObject({ state: "done", result: "first" });
    });
  });

  test("gives workers the kinds that they know, and lists by kind and state", async () => {
    await withStore(async (store) => {
      await store.add([job("a", { kind: "other" }), job("b"), job("c")]);
      const lease = await next(store);
      expect(lease.job.id).toBe("work.b");
      expect((await store.list()).map(({ id }) => id).sort()).toEqual(["other.a", "work.b", "work.c"]);
      expect((await store.list({ kinds: ["work"], states: ["waiting"] })).map(({ id }) => id)).toEqual(["work.c"]);
      expect(await store.list({ limit: 2 })).toHaveLength(2);
      expect([...(await store.counts()).keys()]).toEqual(["other", "work"]);
    });
  });

  test("never hands one job to two workers", async () => {
    await withStores(4, async (stores) => {
      const names = Array.from({ length: 40 }, (_, index) => String(index));
      await stores[0]!.add(names.map((name) => job(name)));
      const got = await Promise.all(
        stores.map(async (store, index) => {
          const ids: string[] = [];
          for (;;) {
            const lease = await store.lease({ kinds, worker: `w${index}` });
            if (lease === undefined) return ids;
            ids.push(lease.job.id);
            await lease.complete(null);
          }
        }),
      );
      expect(got.flat().sort()).toEqual(names.map((name) => `work.${name}`).sort());
    });
  });

  test("a job that fails is tried again, and set aside after its tries, while the rest goes on", async () => {
    await withStore(async (store) => {
      await store.add([job("poison", { tries: 2 }), job("sound")]);
      const done: string[] = [];
      for (let turns = 0; turns < 3; turns++) {
        const lease = await next(store);
        if (lease.job.id === "work.poison") await lease.fail(`no such part (${lease.job.tried})`);
        else await lease.complete(null).then(() => done.push(lease.job.id));
      }
      expect(await store.lease({ kinds, worker: "w" })).toBeUndefined();
      expect(done).toEqual(["work.sound"]);
      const [poison] = await store.find(["work.poison"]);
      expect(poison).toMatchObject({ state: "failed", error: "no such part (2)", tried: 2 });
      expect(await store.retry("work.poison")).toBe(true);
      const again = await next(store);
      expect(again.job).toMatchObject({ id: "work.poison", tried: 1 });
      await again.fail("of another version", { isPoison: true });
      expect(await stateOf(store, "work.poison")).toBe("failed");
    });
  });

  test("waits before it tries a failed job again", async () => {
    await withStore(
      async (store) => {
        await store.add([job("a")]);
        const since = Date.now();
        await (await next(store)).fail("away");
        expect(await store.lease({ kinds, worker: "w" })).toBeUndefined();
        expect((await store.find(["work.a"]))[0]).toMatchObject({ state: "waiting", error: "away" });
        expect((await next(store)).job.tried).toBe(2);
        expect(Date.now() - since).toBeGreaterThanOrEqual(PAUSE_MS - 50);
      },
      { pauseMs: PAUSE_MS },
    );
  });

  test("a job that was given back counts no try", async () => {
    await withStore(async (store) => {
      await store.add([job("a", { tries: 1 })]);
      for (let turns = 0; turns < 3; turns++) await (await next(store)).release();
      const lease = await next(store);
      expect(lease.job.tried).toBe(1);
      await lease.fail("at last");
      expect(await stateOf(store, "work.a")).toBe("failed");
    });
  });

  test("takes nothing from a worker that was silent for longer than its lease", async () => {
    await withStores(
      2,
      async ([first, second]) => {
        await first!.add([job("a")]);
        const slow = await next(first!, "slow");
        const other = await next(second!, "other");
        expect(other.job).toMatchObject({ id: "work.a", tried: 2 });
        await expect(slow.complete("late")).rejects.toThrow(LeaseLostError);
        await expect(slow.heartbeat()).rejects.toThrow("slow holds it no longer");
        await expect(slow.fail("late")).rejects.toThrow(LeaseLostError);
        await expect(slow.release()).rejects.toThrow(LeaseLostError);
        await other.complete("in time");
        await expect(slow.complete("late")).rejects.toThrow(LeaseLostError);
        expect((await first!.find(["work.a"]))[0]).toMatchObject({ state: "done", result: "in time" });
      },
      { leaseMs: LEASE_MS },
    );
  });

  test("says that a job waits when its worker fell silent and nobody is there to take it", async () => {
    await withStore(
      async (store, address) => {
        await store.add([job("a"), job("b")]);
        const gone = await openJobs(address, { leaseMs: LEASE_MS });
        await next(gone);
        await gone.close();
        await expect.poll(() => stateOf(store, "work.a"), SOON).toBe("waiting");
        const listed = async (states?: JobState[]) =>
          (await store.list({ states })).map(({ id, state }) => [id, state]).sort();
        const waiting = ["a", "b"].map((name) => [`work.${name}`, "waiting"]);
        expect([await listed(), await listed(["waiting"]), await listed(["active"])]).toEqual([waiting, waiting, []]);
        expect((await store.counts()).get("work")).toMatchObject({ waiting: 2, active: 0 });
      },
      { leaseMs: LEASE_MS },
    );
  });

  test("leaves a job to a worker that beats", async () => {
    await withStores(
      2,
      async ([first, second]) => {
        await first!.add([job("a")]);
        const lease = await next(first!);
        for (let beats = 0; beats < 10; beats++) {
          await sleep(LONG_LEASE_MS / 8);
          await lease.heartbeat();
          expect(await second!.lease({ kinds, worker: "other" })).toBeUndefined();
        }
        await lease.complete("whole");
      },
      { leaseMs: LONG_LEASE_MS },
    );
  });

  test("sets a job aside that each of its workers fell silent over", async () => {
    await withStore(
      async (store) => {
        await store.add([job("a", { tries: 2 })]);
        for (let turns = 0; turns < 2; turns++) await next(store);
        const state = async () => {
          await store.lease({ kinds, worker: "w" });
          return stateOf(store, "work.a");
        };
        await expect.poll(state, SOON).toBe("failed");
        expect((await store.find(["work.a"]))[0]!.error).toMatch(/taken up 2 times, and each worker fell silent/);
      },
      { leaseMs: LEASE_MS },
    );
  });

  test("cancelled jobs are not done, and a worker that has one finds out", async () => {
    await withStore(async (store) => {
      await store.add([job("a"), job("b")]);
      const lease = await next(store);
      expect([await store.cancel("work.a"), await store.cancel("work.b"), await store.cancel("work.c")]).toEqual([
        true,
        true,
        false,
      ]);
      await expect(lease.heartbeat()).rejects.toThrow(LeaseLostError);
      await expect(lease.complete("late")).rejects.toThrow(LeaseLostError);
      expect(await store.lease({ kinds, worker: "w" })).toBeUndefined();
      expect((await store.list({ states: ["cancelled"] })).map(({ id }) => id).sort()).toEqual(["work.a", "work.b"]);
      expect((await store.counts()).get("work")).toMatchObject({ waiting: 0, active: 0, cancelled: 2 });
      expect(await store.add([job("b")])).toBe(0);
      expect(await store.retry("work.b")).toBe(true);
      expect((await next(store)).job).toMatchObject({ id: "work.b", tried: 1 });
    });
  });

  test("refuses data in place of records", async () => {
    await withStore(async (store) => {
      const payload = "x".repeat(100_000);
      await expect(async () => store.add([{ kind: "work", name: "a", payload }])).rejects.toThrow("100002 bytes");
    });
  });

  test("another worker does the job of one that was killed", async () => {
    await withStore(
      async (store, address) => {
        await store.add([job("a")]);
        const child = await holdingProcess(address, 1000);
        expect(await stateOf(store, "work.a")).toBe("active");
        const ended = once(child, "exit");
        child.kill("SIGKILL");
        await ended;
        const lease = await next(store);
        expect(lease.job).toMatchObject({ id: "work.a", tried: 2 });
        await lease.complete("after all");
      },
      { leaseMs: 1000 },
    );
  });
}

/** A process that holds a job of the store. */
export async function holdingProcess(address: string, leaseMs: number): Promise<ChildProcess> {
  const words = ["--import", "tsx", HOLDER, address, String(leaseMs)];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = (await once(child.stdout!, "data")) as [Buffer];
  expect(String(said)).toMatch(/^work\./);
  return child;
}
