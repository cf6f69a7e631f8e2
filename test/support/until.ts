// Waiting for what another process does, with an end: one that is done or has failed is told of, not waited for.
import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 5;
const LONG_MS = 120_000;
/** The last words of a child may come after its end. */
const LAST_WORDS_MS = 100;

export interface Until {
  /** Who does it; its stderr is quoted where it is piped. */
  readonly child?: ChildProcess | undefined;
  readonly ms?: number | undefined;
  readonly everyMs?: number | undefined;
}

/** @throws Error when `child` has ended, or `ms` have passed, and it is not so. */
export async function until(isSo: () => boolean | Promise<boolean>, options: Until = {}): Promise<void> {
  const { child, ms = LONG_MS, everyMs = POLL_MS } = options;
  const words: string[] = [];
  const listen = (chunk: Buffer) => void words.push(chunk.toString());
  child?.stderr?.on("data", listen);
  const before = performance.now();
  try {
    while (!(await isSo())) {
      if (child !== undefined && hasEnded(child) && !(await isSo())) {
        await sleep(LAST_WORDS_MS);
        const how = child.signalCode ?? `code ${child.exitCode}`;
        throw new Error(`the child ended by ${how} before it was so: ${words.join("")}`);
      }
      if (performance.now() - before > ms) throw new Error(`not so after ${ms / 1000} seconds: ${words.join("")}`);
      await sleep(everyMs);
    }
  } finally {
    child?.stderr?.off("data", listen);
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
