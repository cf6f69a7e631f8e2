import { createHash } from "node:crypto";

/** SHA-256 (hex) of the JSON of all texts, which need not fit into one string: a string has 2^29 characters at most. */
export function hashOfTexts(texts: Iterable<string>): string {
  const hash = createHash("sha256").update("[");
  let separator = "";
  for (const text of texts) {
    hash.update(separator).update(JSON.stringify(text));
    separator = ",";
  }
  return hash.update("]").digest("hex");
}
