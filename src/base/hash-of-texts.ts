import { createHash, type Hash } from "node:crypto";

/** SHA-256 (hex) of the JSON of all texts, which need not fit into one string: a string has 2^29 characters at most. */
export function hashOfTexts(texts: Iterable<string>): string {
  return updatedByTexts(createHash("sha256"), texts).digest("hex");
}

/** Characters at which what was written goes into the hash. */
const BLOCK_CHARACTERS = 1 << 20;

/** The hash after the JSON of all texts, as one array. */
export function updatedByTexts(hash: Hash, texts: Iterable<string>): Hash {
  let waiting = "[";
  let separator = "";
  for (const text of texts) {
    waiting += `${separator}${JSON.stringify(text)}`;
    separator = ",";
    if (waiting.length < BLOCK_CHARACTERS) continue;
    hash.update(waiting);
    waiting = "";
  }
  return hash.update(`${waiting}]`);
}
