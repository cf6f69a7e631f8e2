import { expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { TopK, topEntries } from "./top-k.ts";

it("keeps the best entries in order, ties to the lower key, with their payloads", () => {
  const scores = fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 60 });
  fc.assert(
    fc.property(scores, fc.integer({ min: 1, max: 12 }), (values, k) => {
      const top = new TopK(k);
      const entries = topEntries(k);
      for (let round = 0; round < 2; round++) {
        values.forEach((score, key) => {
          top.push(score, key, key + 100);
        });
        const expected = [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b).slice(0, k);
        const { size, keys, payloads } = top.drain(entries);
        expect([...keys.subarray(0, size)]).toEqual(expected);
        expect([...payloads.subarray(0, size)]).toEqual(expected.map((key) => key + 100));
      }
    }),
  );
});
