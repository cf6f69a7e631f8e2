// What a worker makes, on its way into the object store: it is put as soon as the store takes it, all that came
// meanwhile in one object, so that a worker that is killed loses only what was on its way.
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectStore } from "../../objects/index.ts";

/** Between two objects, where each costs money: a bucket. */
const GATHER_MS = 250;

export class GatheredWrites<T> {
  private waiting: T[] = [];
  private writing: Promise<void> | undefined;
  private failure: unknown;
  private readonly isBucket: boolean;

  /** @param put puts some in one object. */
  constructor(
    { address }: Pick<ObjectStore, "address">,
    private readonly put: (some: readonly T[]) => Promise<unknown>,
  ) {
    this.isBucket = address.startsWith("s3:");
  }

  /** Nothing waits for the store. */
  add(...some: readonly T[]): void {
    if (some.length === 0) return;
    this.waiting.push(...some);
    this.writing ??= this.write();
  }

  /**
   * Until a folder has all so far, so that who waits before every question loses no more answers to a kill than it has
   * questions under way. A bucket, where every object costs, is not waited for.
   * @throws what the store refused.
   */
  async settle(): Promise<void> {
    if (!this.isBucket) await this.writing;
    this.check();
  }

  /** Until everything is in the store, also what it refused before. @throws OperationError where it refuses again. */
  async close(): Promise<void> {
    await this.writing;
    if (this.waiting.length > 0) await this.write();
    this.check();
  }

  /** @throws what the store refused. */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private async write(): Promise<void> {
    try {
      while (this.waiting.length > 0) {
        const some = this.waiting;
        this.waiting = [];
        try {
          await this.put(some);
        } catch (error) {
          // Made, and perhaps paid for: the next write takes it along.
          this.waiting = [...some, ...this.waiting];
          throw error;
        }
        if (this.isBucket) await sleep(GATHER_MS);
      }
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    } finally {
      this.writing = undefined;
    }
  }
}
