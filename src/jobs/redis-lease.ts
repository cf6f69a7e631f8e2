// A job of BullMQ in the hands of a worker: its lock is the lease, and a lock that is another's by now refuses.
import type { SettledJobsOptions } from "./job-options.ts";
import { recordText } from "./job-records.ts";
import { LeaseLostError } from "./lease-lost-error.ts";
import { patiently, type RedisConnection } from "./redis-connection.ts";
import { type QueuedJob, recordOf } from "./redis-records.ts";
import type { JobRecord, Json, Lease } from "./store.ts";

export interface HeldBy extends SettledJobsOptions {
  readonly token: string;
  readonly worker: string;
}

export class RedisLease implements Lease {
  readonly job: JobRecord;
  private readonly connection: RedisConnection;
  private readonly queued: QueuedJob;
  private readonly by: HeldBy;
  private readonly cancelledKey: string;

  constructor(connection: RedisConnection, queued: QueuedJob, by: HeldBy, cancelledKey: string) {
    this.connection = connection;
    this.queued = queued;
    this.by = by;
    this.cancelledKey = cancelledKey;
    this.job = { ...recordOf(queued, "active"), worker: by.worker };
  }

  async isCancelled(): Promise<boolean> {
    return (await this.connection.redis.hexists(this.cancelledKey, this.job.id)) === 1;
  }

  /** Ends it: out of the queue where it was cancelled, else set aside for this reason. */
  async discard(reason: string): Promise<void> {
    await this.setAside(reason);
    if (await this.isCancelled()) await this.queued.remove();
  }

  heartbeat(progress?: Json): Promise<void> {
    return this.held(async () => {
      if (!(await this.queued.extendLock(this.by.token, this.by.leaseMs))) throw this.lost();
      if (progress === undefined) return;
      recordText("progress", progress);
      await this.queued.updateProgress(progress as object);
    });
  }

  complete(result: Json): Promise<void> {
    recordText("result", result);
    return this.held(async () => {
      await this.queued.moveToCompleted(result, this.by.token, false);
    });
  }

  fail(error: string, { isPoison = false }: { readonly isPoison?: boolean | undefined } = {}): Promise<void> {
    const { tried, tries } = this.job;
    return this.held(async () => {
      if (isPoison || tried >= tries) await this.setAside(error);
      else await this.queued.moveToFailed(new Error(error), this.by.token, false);
    });
  }

  release(): Promise<void> {
    return this.held(async () => {
      if (!(await this.queued.extendLock(this.by.token, this.by.leaseMs))) throw this.lost();
      const { data } = this.queued;
      await this.queued.updateData({ ...data, released: data.released + 1 });
      await this.queued.moveToWait(this.by.token);
    });
  }

  private async setAside(reason: string): Promise<void> {
    await this.queued.moveToFailed(new this.connection.bullmq.UnrecoverableError(reason), this.by.token, false);
  }

  private held(work: () => Promise<void>): Promise<void> {
    return patiently(this.connection.place, async () => {
      try {
        if (await this.isCancelled()) {
          await this.discard("cancelled");
          throw this.lost();
        }
        await work();
      } catch (error) {
        throw isRefusal(error) ? this.lost() : error;
      }
    });
  }

  private lost(): LeaseLostError {
    return new LeaseLostError(this.job.id, this.by.worker);
  }
}

/** BullMQ says by negative numbers why it does not do something: no lock, another's lock, not in that state, gone. */
export function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "number" && code < 0;
}
