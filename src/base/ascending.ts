/** 0 .. count - 1: an order to shuffle. `Int32Array.from(keys())` would first hold them all in an array of objects. */
export function ascending(count: number): Int32Array {
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) out[i] = i;
  return out;
}
