import { describe, expect, it } from "vitest";
import type { CellRecord } from "./run-cell.ts";
import { DEFAULT_STUDY } from "./study-config.ts";
import { planSystems } from "./study-plan.ts";
import { choose } from "./train-races.ts";

const grid = [{ dropout: 0.1 }, { dropout: 0.2 }, { dropout: 0.3 }];
const [system] = planSystems({ ...DEFAULT_STUDY, systems: [{ model: "sasrec", set: {}, grid }], trials: 3 });
const chosenOf = (...scores: (number | null)[]) =>
  choose(
    "shop",
    system!,
    scores.map((bestScore) => ({ training: { bestScore } }) as CellRecord),
  ).chosen;

describe("the choice among trials", () => {
  it("is the best, and the earlier of equal ones", () => {
    expect(chosenOf(0.1, 0.3, 0.3)).toBe(1);
  });

  it("is never one whose score is no number, wherever it stands", () => {
    expect(chosenOf(Number.NaN, 0.1, 0.2)).toBe(2);
    expect(chosenOf(0.1, Number.NaN, Number.POSITIVE_INFINITY)).toBe(0);
    expect(chosenOf(null, Number.NaN, null)).toBeUndefined();
  });
});
