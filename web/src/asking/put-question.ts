// One question to the server, and the same again as long as its replies ask for that.

/** Where the server is away or will not answer, pauses double up to this. */
const LONGEST_PAUSE_MS = 30_000;

export interface Question<T> {
  readonly put: (signal: AbortSignal) => Promise<T>;
  readonly onReply: (value: T) => void;
  readonly onFailure: (error: unknown) => void;
  /** After how many ms of such a reply the question is put again; undefined: no more. */
  readonly againAfter?: ((value: T) => number | undefined) | undefined;
  /** The reply of before, where there was one: where it asked for more, a first look that fails is put again. */
  readonly last?: T | undefined;
  /** Whether the same question has no other reply later on, either. */
  readonly isFinal?: ((error: unknown) => boolean) | undefined;
}

/** The pause begins with the reply: a question is never put again while it is on its way, however slow the server is. */
export async function putQuestion<T>(
  { put, onReply, onFailure, againAfter, last, isFinal }: Question<T>,
  signal: AbortSignal,
): Promise<void> {
  let pause = last === undefined ? undefined : againAfter?.(last);
  do {
    try {
      const value = await put(signal);
      if (signal.aborted) return;
      onReply(value);
      pause = againAfter?.(value);
    } catch (error) {
      if (signal.aborted) return;
      onFailure(error);
      if (isFinal?.(error) === true) return;
      // A repeated question that fails goes on being repeated, less and less often.
      pause &&= Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
    if (pause !== undefined) await paused(pause, signal);
  } while (pause !== undefined && !signal.aborted);
}

/** Ends early when `signal` fires. */
export function paused(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
