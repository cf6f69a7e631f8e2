// A key for work: equal inputs give equal keys, whatever the order of an object's fields; anything else another.
import { createHash, type Hash } from "node:crypto";
import { addBytes } from "../base/hash-of-bytes.ts";

/** Hex digits of SHA-256 over `input`: numbers, texts, typed arrays, and lists and records of them. */
export function workKey(input: unknown): string {
  const hash = createHash("sha256");
  put(hash, input);
  return hash.digest("hex");
}

function put(hash: Hash, value: unknown): void {
  if (ArrayBuffer.isView(value)) {
    addBytes(hash.update(`${value.constructor.name} ${value.byteLength}:`), value);
  } else if (Array.isArray(value)) {
    hash.update(`[${value.length}:`);
    for (const each of value) put(hash, each);
  } else if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    fields.sort(([a], [b]) => (a < b ? -1 : 1));
    hash.update(`{${fields.length}:`);
    for (const [name, field] of fields) {
      hash.update(`${JSON.stringify(name)}:`);
      put(hash, field);
    }
  } else hash.update(`${typeof value} ${String(value)};`);
}
