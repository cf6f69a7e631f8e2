// Work that its caller may stop: how it hears of it, and what it says then.
import { CancelledError, stopIf } from "./errors.ts";

/** So long may work keep the process to itself: no signal is heard meanwhile. */
const BREATH_MS = 50;

/**
 * Call the function that comes back between small pieces of work: now and then it lets the process hear signals.
 * @throws CancelledError (from that function) in these words once `signal` has fired.
 */
export function breathing(signal: AbortSignal | undefined, words: string): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since >= BREATH_MS) {
      await new Promise(setImmediate);
      since = performance.now();
    }
    stopIf(signal, words);
  };
}

/**
 * What `work` gives. When `signal` has fired, whatever `work` throws becomes a CancelledError that says what was kept
 * and how to go on: pieces of work know that they were stopped, not what that means for the whole.
 */
export async function stoppable<T>(
  signal: AbortSignal | undefined,
  words: string | (() => Promise<string>),
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!signal?.aborted) throw cause;
    throw new CancelledError(typeof words === "string" ? words : await words(), { cause });
  }
}
