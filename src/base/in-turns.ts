/** `work` for 0 .. count - 1 in order, and a turn for others after every `size` of them: servers answer in between. */
export async function inTurns(count: number, size: number, work: (at: number) => void): Promise<void> {
  for (let from = 0; from < count; from += size) {
    if (from > 0) await new Promise(setImmediate);
    const to = Math.min(count, from + size);
    for (let at = from; at < to; at++) work(at);
  }
}
