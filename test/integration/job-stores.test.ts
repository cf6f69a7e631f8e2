// Stores of jobs on a file and on a real Redis: one suite for both, and what only one of them can meet.
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError, OperationError, UsageError } from "../../src/base/errors.ts";
import { openJobs } from "../../src/jobs/index.ts";
import { jobStoreCases } from "../support/job-store-cases.ts";
import { missingRedis, type RedisServer, startRedis } from "../support/redis.ts";
import { temporaryDirectory } from "../support/temporary.ts";

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

  test("says what a file is that holds no jobs, and which addresses there are", async () => {
    const path = join(await temporaryDirectory(), "notes.txt");
    await writeFile(path, "no database at all, and longer than its first page's head ".repeat(20));
    await expect(openJobs(path)).rejects.toThrow(/notes.txt: the store of jobs cannot be opened/);
    await expect(openJobs("amqp://host")).rejects.toThrow(UsageError);
    await expect(openJobs("amqp://host")).rejects.toThrow("expected redis://host:port, or a file");
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
