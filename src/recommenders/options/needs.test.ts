import { describe, expect, it } from "vitest";
import { above, below, holds, leftOpen, needs, unmet, wordsOf } from "./needs.ts";

const { needs: EITHER } = needs([{ itemHead: above(0) }, { candidateHead: above(0) }]);
const { needs: BOTH } = needs({ shortcut: true, itemHead: above(0) });

describe("needs", () => {
  it("hold when every clause does, by one of its alternatives", () => {
    expect(holds(EITHER, { itemHead: 0, candidateHead: 2 })).toBe(true);
    expect(holds(EITHER, { itemHead: 0, candidateHead: 0 })).toBe(false);
    expect(holds(BOTH, { shortcut: true, itemHead: 1 })).toBe(true);
    expect(holds(BOTH, { shortcut: true, itemHead: 0 })).toBe(false);
    expect(holds([], {})).toBe(true);
  });

  it("know one of several values, and bounds by the name of another option", () => {
    const { needs: clauses } = needs({ tasks: ["both", "direct"], warmup: below("epochs") });
    expect(holds(clauses, { tasks: "direct", warmup: 2, epochs: 3 })).toBe(true);
    expect(holds(clauses, { tasks: "direct", warmup: 3, epochs: 3 })).toBe(false);
    expect(holds(clauses, { tasks: "sequential", warmup: 2, epochs: 3 })).toBe(false);
  });

  it("name in words what is missing, and nothing else", () => {
    expect(wordsOf(unmet(EITHER, { itemHead: 0, candidateHead: 0 }))).toBe("itemHead or candidateHead above 0");
    expect(wordsOf(unmet(BOTH, { shortcut: true, itemHead: 0 }))).toBe("itemHead above 0");
    expect(wordsOf(unmet(BOTH, { shortcut: false, itemHead: 0 }))).toBe("shortcut true, and itemHead above 0");
    expect(wordsOf(unmet([[{ a: "x", b: 1 }, { c: "" }]], {}))).toBe("a x and b 1, or c empty");
  });

  it("leave open what fixed values do not settle, and are impossible where they rule it out", () => {
    expect(leftOpen(BOTH, { shortcut: true })).toEqual([[{ itemHead: above(0) }]]);
    expect(leftOpen(BOTH, { shortcut: false })).toBeUndefined();
    expect(leftOpen(EITHER, { itemHead: 1 })).toEqual([]);
    expect(leftOpen(EITHER, { itemHead: 0 })).toEqual([[{ candidateHead: above(0) }]]);
  });
});
