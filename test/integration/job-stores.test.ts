// Stores of jobs on a file and on a real Redis: one suite for both, and what only one of them can meet.
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { InputError, OperationError, UsageError } from "../../src/base/errors.ts";
import { hasLogin, LeaseLostError, openJobs, shownAddress } from "../../src/jobs/index.ts";
import { badLine } from "../support/bad-line.ts";
import { bundled } from "../support/bundled.ts";
import { jobStoreCases } from "../support/job-store-cases.ts";
import { missingRedis, type RedisServer, startRedis } from "../support/redis.ts";
import { mountRefusal, smallDisk } from "../support/small-disk.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const refusal = mountRefusal();
const skipped = refusal === undefined ? "" : ` (skipped: ${refusal})`;

describe("a store of jobs in a file", () => {
  jobStoreCases(async () => join(await temporaryDirectory(), "queue", "jobs.db"));

  test("is named by a path, or by file: before it", async () => {
    const path = join(await temporaryDirectory(), "jobs.db");
    const store = await openJobs(pathToFileURL(path).href);
    await store.add([{ kind: "work", name: "a", payload: 1 }]);
    await store.close();
    for (const address of [path, `file:${path}`]) {
      const again = await openJobs(address);
      expect((await again.find(["work.a"]))[0]).toMatchObject({ state: "waiting", payload: 1 });
      await again.close();
    }
  });

  test.skipIf(refusal !== undefined)(
    `takes nothing on a full disk, loses nothing that it has, and goes on when there is room${skipped}`,
    async () => {
      const disk = smallDisk(512);
      onTestFinished(() => disk.remove());
      const store = await openJobs(join(disk.folder, "jobs.db"), { pauseMs: 0 });
      const many = (from: number) =>
        Array.from({ length: 50 }, (_, index) => ({ kind: "work", name: `${from + index}`, payload: "x".repeat(500) }));
      await store.add(many(0));
      const lease = await store.lease({ kinds: ["work"], worker: "w" });
      disk.fill();
      await expect(store.add(many(50))).rejects.toThrow(OperationError);
      expect((await store.counts()).get("work")).toMatchObject({ waiting: 49, active: 1 });
      disk.clear();
      await lease!.complete("kept");
      expect(await store.add(many(50))).toBe(50);
      expect((await store.find(["work.0"]))[0]).toMatchObject({ state: "done", result: "kept" });
      await store.close();
    },
  );

  test("is made by whichever of two processes comes first, though both come at once", async () => {
    const folder = await temporaryDirectory();
    const program = await bundled(`
      import { join } from "node:path";
      import { openJobs } from ${JSON.stringify(join(import.meta.dirname, "../../src/jobs/index.ts"))};
      for (let round = 0; round < 60; round++) {
        const at = Math.ceil(Date.now() / 40) * 40;
        while (Date.now() < at);
        await (await openJobs(join(process.argv[2]!, at + ".db"))).close();
      }
    `);
    const opening = () => promisify(execFile)(process.execPath, [program, folder]);
    await Promise.all([opening(), opening()]);
    expect((await readdir(folder)).filter((name) => name.endsWith(".db")).length).toBeLessThan(120);
  });

  test("changes nothing in another program's database, and says what it found", async () => {
    const folder = await temporaryDirectory();
    const path = join(folder, "shop.db");
    const database = new Database(path);
    database.exec("CREATE TABLE orders (id TEXT)");
    database.close();
    const before = await readFile(path);
    await expect(openJobs(path)).rejects.toThrow("found a database with the tables orders, expected a store of jobs");
    expect(before.equals(await readFile(path))).toBe(true);
    expect(await readdir(folder)).toEqual(["shop.db"]);
  });

  test("says what a file is that holds no jobs, and which addresses there are", async () => {
    const path = join(await temporaryDirectory(), "notes.txt");
    await writeFile(path, "no database at all, and longer than its first page's head ".repeat(20));
    await expect(openJobs(path)).rejects.toThrow(/notes.txt: the store of jobs cannot be opened/);
    await expect(openJobs("amqp://host")).rejects.toThrow(UsageError);
    await expect(openJobs("amqp://host")).rejects.toThrow("expected redis://host:port, or a file");
  });
});

describe("an address of Redis", () => {
  test("is shown without name and password", () => {
    expect(shownAddress("rediss://shop:secret@10.0.0.5:6379/0?prefix=shop")).toBe(
      "rediss://10.0.0.5:6379/0?prefix=shop",
    );
    expect(shownAddress("redis://10.0.0.5")).toBe("redis://10.0.0.5");
    expect(shownAddress("file:jobs.db")).toBe("file:jobs.db");
    const addresses = ["redis://shop:secret@10.0.0.5", "redis://:secret@10.0.0.5", "redis://10.0.0.5", "shop@jobs.db"];
    expect(addresses.map(hasLogin)).toEqual([true, true, false, false]);
  });

  test("that is none is refused without telling the password that makes it none", async () => {
    for (const address of ["redis://host:bad", "redis://:a/secret@host:6379", "redis:host"]) {
      const opening = openJobs(address);
      await expect(opening).rejects.toThrow(UsageError);
      await expect(opening).rejects.toThrow(/^queue: found an address that is none, expected redis:\/\/host:6379/);
      await expect(opening).rejects.not.toThrow("secret");
    }
  });
});

describe.skipIf(missingRedis !== "")(`a store of jobs on Redis${missingRedis}`, () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterAll(() => redis?.remove());

  jobStoreCases(() => `${redis.url}/0?prefix=${randomUUID()}`);

  test("projects with prefixes of their own see nothing of each other", async () => {
    const [one, other] = await Promise.all(["one", "other"].map((name) => openJobs(`${redis.url}?prefix=${name}`)));
    await one!.add([{ kind: "work", name: "a", payload: 1 }]);
    expect(await other!.lease({ kinds: ["work"], worker: "w" })).toBeUndefined();
    expect(await other!.list()).toEqual([]);
    await Promise.all([one!.close(), other!.close()]);
  });

  test("keeps jobs that are done for a week, and no longer", async () => {
    const prefix = randomUUID();
    const store = await openJobs(`${redis.url}/0?prefix=${prefix}`);
    const { Queue } = await import("bullmq");
    const connection = { host: "127.0.0.1", port: Number(new URL(redis.url).port) };
    const queue = new Queue("work", { connection, prefix, skipVersionCheck: true });
    try {
      await store.add([{ kind: "work", name: "a", payload: 1 }]);
      expect((await queue.getJob("work.a"))?.opts.removeOnComplete).toEqual({ age: 7 * 24 * 3600 });
      const lease = await store.lease({ kinds: ["work"], worker: "w" });
      await lease!.complete(2);
      expect((await store.find(["work.a"]))[0]).toMatchObject({ state: "done", result: 2 });
    } finally {
      await queue.close();
      await store.close();
    }
  });

  test("a cancelled job that cannot be put back stays cancelled, and can be put back later", async () => {
    const [{ Queue }, { Redis }] = [await import("bullmq"), await import("ioredis")];
    const store = await openJobs(`${redis.url}/0?prefix=${randomUUID()}`);
    try {
      await store.add([{ kind: "work", name: "a", payload: 1 }]);
      await store.cancel("work.a");
      for (const fail of [
        () => vi.spyOn(Queue.prototype, "addBulk").mockRejectedValueOnce(new Error("no memory")),
        () => vi.spyOn(Redis.prototype, "hdel").mockRejectedValueOnce(new Error("no memory")),
      ]) {
        const failing = fail();
        await expect(store.retry("work.a")).rejects.toThrow("no memory");
        failing.mockRestore();
        expect((await store.find(["work.a"]))[0]).toMatchObject({ state: "cancelled", payload: 1 });
        expect(await store.lease({ kinds: ["work"], worker: "w" })).toBeUndefined();
      }
      expect(await store.retry("work.a")).toBe(true);
      const lease = await store.lease({ kinds: ["work"], worker: "w" });
      expect(lease!.job).toMatchObject({ id: "work.a", payload: 1, tried: 1 });
      await lease!.complete(2);
      expect((await store.counts()).get("work")).toEqual({ waiting: 0, active: 0, done: 1, failed: 0, cancelled: 0 });
    } finally {
      await store.close();
    }
  });

  test("loses nothing when Redis is killed and comes back: who holds a job completes it, what waits is done", async () => {
    const server = await startRedis("--appendfsync", "always");
    const store = await openJobs(server.url, { leaseMs: 10_000 });
    try {
      await store.add(["a", "b"].map((name) => ({ kind: "work", name, payload: name })));
      const lease = await store.lease({ kinds: ["work"], worker: "w" });
      await server.kill();
      const completed = lease!.complete("over the gap");
      await server.start();
      await completed;
      const rest = await store.lease({ kinds: ["work"], worker: "w" });
      expect(rest?.job.id).toBe("work.b");
      await rest!.complete("after it");
      expect((await store.find(["work.a", "work.b"])).map((job) => job?.result)).toEqual(["over the gap", "after it"]);
    } finally {
      await store.close();
      await server.remove();
    }
  });

  test("has each job done once over a line that delays and breaks", async () => {
    const line = await badLine({ port: Number(new URL(redis.url).port), delayMs: 5, breakEveryMs: 150 });
    const address = `redis://127.0.0.1:${line.port}?prefix=${randomUUID()}`;
    const stores = await Promise.all([0, 1].map(() => openJobs(address, { leaseMs: 1000, pauseMs: 0 })));
    const names = Array.from({ length: 30 }, (_, index) => `${index}`);
    const ids = names.map((name) => `work.${name}`);
    try {
      await stores[0]!.add(names.map((name) => ({ kind: "work", name, payload: null, tries: 9 })));
      const isDone = async () => (await stores[0]!.find(ids)).every((job) => job?.state === "done");
      const work = async (worker: string, store: (typeof stores)[number]) => {
        while (!(await isDone())) {
          const lease = await store.lease({ kinds: ["work"], worker });
          // A reply that was lost with its connection: what it said holds.
          await lease?.complete(worker).catch((error: unknown) => {
            if (!(error instanceof LeaseLostError)) throw error;
          });
        }
      };
      await Promise.all(stores.map((store, index) => work(`w${index}`, store)));
      expect(line.breaks).toBeGreaterThan(2);
      expect((await stores[0]!.counts()).get("work")).toEqual({
        waiting: 0,
        active: 0,
        done: 30,
        failed: 0,
        cancelled: 0,
      });
    } finally {
      await Promise.all(stores.map((store) => store.close()));
      await line.close();
    }
  });

  test("says which server does not answer, without its password", async () => {
    const opening = openJobs("redis://user:secret@127.0.0.1:1/0");
    await expect(opening).rejects.toThrow(OperationError);
    await expect(opening).rejects.toThrow(/^Redis at 127.0.0.1:1: the queue cannot be opened \((?!.*secret)/);
  });

  test("refuses a server that drops keys when memory runs short", async () => {
    const cache = await startRedis("--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru");
    try {
      await expect(openJobs(cache.url)).rejects.toThrow(InputError);
      await expect(openJobs(cache.url)).rejects.toThrow("found maxmemory-policy allkeys-lru");
    } finally {
      await cache.remove();
    }
  });
});
