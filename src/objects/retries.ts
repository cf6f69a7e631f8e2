// Trying again with growing waits, for what a network or a server does now and then.
import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

export interface RetryOptions {
  /** Tries in all. */
  readonly tries: number;
  /** Before the second try, in milliseconds; each later wait is twice as long, up to `longestMs`. */
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Half a minute in all: a server that is started again is back by then. */
export const RETRIES: RetryOptions = { tries: 8, firstMs: 200, longestMs: 8_000 };

/** Whether it is tried once more; "anew": it got on, and has all its tries again. Undefined: that changes nothing. */
export type Judge = (error: unknown) => "again" | "anew" | undefined;

/**
 * What `work` gives, tried again while `judge` says so. Waits are drawn between half and whole, so that many workers
 * do not come back at one moment.
 * @throws what `work` threw last.
 */
export async function withRetries<T>(
  work: (tryNumber: number) => Promise<T>,
  judge: Judge,
  { tries, firstMs, longestMs }: RetryOptions = RETRIES,
): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await work(number);
    } catch (error) {
      const verdict = judge(error);
      if (verdict === "anew") number = 1;
      if (number >= tries || verdict === undefined) throw error;
      const wait = Math.min(longestMs, firstMs * 2 ** (number - 1));
      await sleep(wait - randomInt(Math.max(1, Math.floor(wait / 2))));
    }
  }
}
