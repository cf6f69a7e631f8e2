// Long works in one thread, done piece by piece so that others get their turns.

/** How long a piece may take before others have a turn. */
const TURN_MS = 10;

/** `work` for 0 .. count - 1 in order, and a turn for others after every `size` of them: servers answer in between. */
export async function inTurns(count: number, size: number, work: (at: number) => void): Promise<void> {
  for (let from = 0; from < count; from += size) {
    if (from > 0) await new Promise(setImmediate);
    const to = Math.min(count, from + size);
    for (let at = from; at < to; at++) work(at);
  }
}

/** What `steps` come to, and a turn for others whenever they took some milliseconds. */
export async function stepsInTurns<T>(steps: Iterator<void, T>): Promise<T> {
  for (let since = performance.now(); ; ) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() - since < TURN_MS) continue;
    await new Promise(setImmediate);
    since = performance.now();
  }
}

/** What `steps` come to, without a pause. */
export function stepsAtOnce<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
