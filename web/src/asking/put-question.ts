// One question to the server, and the same again as long as its replies ask for that.

export interface Question<T> {
  readonly put: (signal: AbortSignal) => Promise<T>;
  readonly onReply: (value: T) => void;
  readonly onFailure: (error: unknown) => void;
  /** After how many ms of such a reply the question is put again; undefined: no more. */
  readonly againAfter?: ((value: T) => number | undefined) | undefined;
}

/** The pause begins with the reply: a question is never put again while it is on its way, however slow the server is. */
export async function putQuestion<T>(
  { put, onReply, onFailure, againAfter }: Question<T>,
  signal: AbortSignal,
): Promise<void> {
  let pause: number | undefined;
  do {
    try {
      const value = await put(signal);
      if (signal.aborted) return;
      onReply(value);
      pause = againAfter?.(value);
    } catch (error) {
      if (signal.aborted) return;
      // A repeated question that fails once goes on being repeated.
      onFailure(error);
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
