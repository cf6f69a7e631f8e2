import { expect, it, onTestFinished } from "vitest";
import { OperationError } from "../../base/errors.ts";
import { Pool } from "./pool.ts";

it("gives up over workers that cannot work, with their last words", async () => {
  const pool = new Pool({ workers: 1, queue: "redis://127.0.0.1:1" });
  await expect(pool.failure).rejects.toThrow(OperationError);
  await expect(pool.failure).rejects.toThrow(
    /^a worker process ended by code 1 \(Redis at 127\.0\.0\.1:1: the queue cannot be opened .*none gets a job done\.$/,
  );
  await pool.stop();
  expect(pool.pids).toEqual([]);
});

it("says that no process can be started, and has none to wait for", async () => {
  const { execPath } = process;
  onTestFinished(() => {
    process.execPath = execPath;
  });
  process.execPath = "/nowhere/node";
  const pool = new Pool({ workers: 2, queue: "jobs.db" });
  await expect(pool.failure).rejects.toThrow(/^a worker process could not be started \(no such file or directory\)\.$/);
  await pool.stop();
});
