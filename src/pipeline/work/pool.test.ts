import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { OperationError } from "../../base/errors.ts";
import { Pool } from "./pool.ts";

it("gives up over workers that cannot work, with their last words", async () => {
  // A folder, which is refused at once as a file of jobs.
  const queue = join(await temporaryDirectory(), "jobs.db");
  await mkdir(queue);
  const pool = new Pool({ workers: 1, queue });
  await expect(pool.failure).rejects.toThrow(OperationError);
  await expect(pool.failure).rejects.toThrow(
    /^a worker process ended by code 1 \(.*jobs\.db: the store of jobs cannot be opened .*none gets a job done\.$/,
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
