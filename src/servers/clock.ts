// Time as the traffic rules see it, so that tests need not wait.
import { setTimeout as sleep } from "node:timers/promises";

/** Longest wait for one reply of a server, where nothing else is said. */
export const REPLY_TIMEOUT_SECONDS = 300;

export interface Clock {
  /** Milliseconds that only go forward. */
  now(): number;
  /** @throws the signal's reason when it fires first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const CLOCK: Clock = {
  now: () => performance.now(),
  // A signal of each sleeper's own: Node takes many listeners on one for a leak.
  sleep: (ms, signal) => sleep(ms, undefined, { signal: signal && AbortSignal.any([signal]) }),
};
