import { expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { SortedNumbers } from "./sorted-numbers.ts";

it("holds what a Set holds", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(30)), (values) => {
      const numbers = new SortedNumbers(Int32Array.from(values));
      const set = new Set(values);
      expect(numbers.size).toBe(set.size);
      for (let value = -1; value <= 31; value++) expect(numbers.has(value)).toBe(set.has(value));
    }),
  );
});
