// An encoder: counts of letter pairs. Texts that are spelt alike lie near each other.
// Outside this repository the import reads: from "isrf".
import type { Matrix, PretrainedEncoder } from "../../src/index.ts";

const COLUMNS = 26 * 26;
const BATCH = 64;

export const letterPairs: PretrainedEncoder = {
  kind: "letter-pairs",
  options: { columns: COLUMNS },
  concurrency: 1,
  async prepare(texts) {
    const batches = Array.from({ length: Math.ceil(texts.length / BATCH) }, (_, batch) =>
      [...texts.keys()].slice(batch * BATCH, (batch + 1) * BATCH),
    );
    return { batches, encode: async (batch) => countPairs(batches[batch]!.map((text) => texts[text]!)) };
  },
  async dispose() {},
};

/** One unit row a text. */
function countPairs(texts: readonly string[]): Matrix {
  const data = new Float32Array(texts.length * COLUMNS);
  texts.forEach((text, r) => {
    const row = data.subarray(r * COLUMNS, (r + 1) * COLUMNS);
    const letters = Array.from(text.toLowerCase().matchAll(/[a-z]/g), ([letter]) => letter.charCodeAt(0) - 97);
    for (let i = 1; i < letters.length; i++) row[26 * letters[i - 1]! + letters[i]!]!++;
    const length = Math.hypot(...row) || 1;
    for (let c = 0; c < COLUMNS; c++) row[c]! /= length;
  });
  return { rows: texts.length, columns: COLUMNS, data };
}
