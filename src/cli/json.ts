// What `--json` prints.
import { visibleJson } from "./text.ts";

/**
 * One line of JSON, harmless on a terminal. Typed arrays become lists, big integers numbers; what JSON lacks becomes
 * null.
 */
export function toJsonLine(value: unknown): string {
  const json = JSON.stringify(value ?? null, (_, each: unknown) => {
    if (typeof each === "bigint") return Number(each);
    return ArrayBuffer.isView(each) && !(each instanceof DataView) ? Array.from(each as Float32Array) : each;
  });
  return visibleJson(json);
}
