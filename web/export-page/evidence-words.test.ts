import { expect, it } from "vitest";
import { evidenceWords } from "./evidence-words.ts";

it("says which way a term speaks, and that it says nothing where it knows nothing", () => {
  const words = [0.5, -1.25, 0, -0.001].map((ahead) => evidenceWords({ term: "neighbours", ahead }));
  expect(words).toEqual([
    "neighbours for it, +0.50",
    "neighbours against it, \u22121.25",
    "neighbours says nothing of it",
    "neighbours against it, 0.00",
  ]);
});
