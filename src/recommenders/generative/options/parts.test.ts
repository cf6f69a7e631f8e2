import { expect, it } from "vitest";
import { resolveOptions } from "../../options/index.ts";
import { trainable } from "../../registry.ts";
import { fewestParts } from "./parts.ts";

it("divides a batch into the fewest equal parts of at most so many", () => {
  expect([40, 41, 48, 64, 8, 1].map((batch) => fewestParts(batch, 16))).toEqual([4, 41, 3, 4, 1, 1]);
});

it.each(["isrf", "p5", "pod", "elmrec"])("takes a batch that %s's published parts do not divide", (model) => {
  const resolved = (given: Record<string, number>) => resolveOptions(trainable(model).options, "paper", { given });
  // Parts of four, as those of the preset.
  expect(resolved({ batch: 40 })).toMatchObject({ batch: 40, accumulate: 10 });
  expect(resolved({ batch: 128 }).accumulate).toBe(resolved({}).accumulate);
  expect(() => resolved({ batch: 40, accumulate: 16 })).toThrow("accumulate must divide batch");
});
