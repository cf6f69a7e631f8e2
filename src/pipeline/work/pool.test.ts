import { expect, it } from "vitest";
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
