// Chains side by side, divided with other processes: what another one is at work on is left for the end and then either
// found finished or, when that process has died, taken over.
import { setTimeout as sleep } from "node:timers/promises";
import { stopIf } from "../../base/errors.ts";
import { REASONING_STOPPED } from "../../reasoning/index.ts";

export interface LaneOptions {
  /** Chains under way at once. */
  readonly lanes: number;
  readonly signal?: AbortSignal | undefined;
  /** Does one piece of work; false when another process is at it. */
  readonly work: (index: number) => Promise<boolean>;
  /** Hears how many pieces are done, after each one. */
  readonly onDone?: ((done: number) => void | Promise<void>) | undefined;
}

/** Pause between two looks at what others are doing. */
const LOOK_MS = 200;

/**
 * Runs `work` for every index, each until it says true.
 * @throws what `work` throws first, when all lanes have come to rest; CancelledError when the signal fires.
 */
export async function runLanes(indices: readonly number[], options: LaneOptions): Promise<void> {
  let left = indices;
  let done = 0;
  while (left.length > 0) {
    const deferred: number[] = [];
    await runOnce(left, options, async (index) => {
      if (!(await options.work(index))) {
        deferred.push(index);
        return;
      }
      await options.onDone?.(++done);
    });
    // Lanes finish in any order; work is begun in the order of the indices.
    left = deferred.sort((a, b) => a - b);
    if (left.length > 0) await sleep(LOOK_MS);
  }
}

async function runOnce(
  indices: readonly number[],
  { lanes, signal }: LaneOptions,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < indices.length && !failed) {
      stopIf(signal, REASONING_STOPPED);
      await work(indices[next++]!);
    }
  };
  const stopAll = (error: unknown) => {
    failed = true;
    throw error;
  };
  const outcomes = await Promise.allSettled(Array.from({ length: lanes }, () => lane().catch(stopAll)));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}
