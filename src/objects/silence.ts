// A limit on how long nothing may come, in place of one on a whole reply: a large object takes as long as the line
// needs.

/**
 * What `work` gives. Its signal fires when `ms` pass without a reply, counted anew from each call of `came`.
 * @throws what `work` throws, which the signal ends.
 */
export async function unlessSilent<T>(
  ms: number,
  work: (signal: AbortSignal, came: () => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException(`nothing came for ${ms} ms`, "TimeoutError")), ms);
  try {
    return await work(controller.signal, () => void timer.refresh());
  } finally {
    clearTimeout(timer);
  }
}

/** Passes a stream on, telling `came` of each piece. */
export async function* noticed(
  stream: AsyncIterable<Uint8Array>,
  came: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  for await (const piece of stream) {
    came(piece.length);
    yield piece;
  }
}
