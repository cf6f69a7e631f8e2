/**
 * The id-order canary (docs/protocols.md, L2): a rule that never learns and lists the unseen item numbers
 * max(history)+1, +2, ... Where it scores above chance, item numbers tell what comes next.
 * @returns at most `count` item numbers below `nItems`, best first; shorter where the numbers run out
 */
export function idRuleList(history: Int32Array, nItems: number, count: number): Int32Array {
  let last = -1;
  for (const item of history) if (item > last) last = item;
  const length = Math.max(0, Math.min(count, nItems - 1 - last));
  return Int32Array.from({ length }, (_, k) => last + 1 + k);
}
