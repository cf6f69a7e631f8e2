// What `--json` prints.

/** One line of JSON. Typed arrays become lists, big integers numbers; what JSON lacks becomes null. */
export function toJsonLine(value: unknown): string {
  return JSON.stringify(value ?? null, (_, each: unknown) => {
    if (typeof each === "bigint") return Number(each);
    return ArrayBuffer.isView(each) && !(each instanceof DataView) ? Array.from(each as Float32Array) : each;
  });
}
