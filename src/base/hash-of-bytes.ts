import type { Hash } from "node:crypto";

/** A hash takes less than 2 GiB at once. */
const HASHED_AT_ONCE = 2 ** 30;

/** Feed the bytes of an array of any length to a hash; returns the hash. */
export function addBytes(
  hash: Hash,
  { buffer, byteOffset, byteLength }: ArrayBufferView,
  atOnce = HASHED_AT_ONCE,
): Hash {
  for (let from = 0; from < byteLength; from += atOnce)
    hash.update(new Uint8Array(buffer, byteOffset + from, Math.min(atOnce, byteLength - from)));
  return hash;
}
