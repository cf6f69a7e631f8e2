import { describe, expect, it } from "vitest";
import { rowWords } from "./row-words.ts";

describe("what rows are", () => {
  it("is said once of what rows of a model share, then of what sets each apart", () => {
    const set = { epochs: 2, checkpoint: "" };
    const rows = [
      { model: "isrf", set: { ...set, lambdaSequential: 1 } },
      { model: "isrf", label: "without-L_S", set: { ...set, lambdaSequential: 0 } },
      { model: "isrf", label: "random", set: { ...set, lambdaSequential: 1 }, embeddings: "noise" },
    ];
    expect(rowWords(rows, "mini")).toEqual([
      "3 rows of isrf: preset mini, epochs 2, checkpoint empty",
      "row isrf: lambdaSequential 1",
      "row without-L_S: lambdaSequential 0",
      "row random: lambdaSequential 1, embeddings noise",
    ]);
  });

  it("says which user texts belong to preset authors, and the flags that make them", () => {
    const own = [{ model: "isrf", preset: "authors", set: {} }];
    const words = rowWords([...own, { model: "pod", preset: "paper", set: {} }], "mini");
    expect(words).toHaveLength(3);
    expect(words[2]).toContain("isrf reason DATASET --history-source full --history-part last --history-items 20");
    expect(rowWords([{ model: "isrf", set: {} }], "authors")[1]).toContain("preset authors: the public code reads");
    expect(rowWords([{ model: "isrf", set: {} }], "paper")).toEqual(["isrf: preset paper"]);
  });

  it("puts models together that are at one preset with equal settings", () => {
    const rows = [
      { model: "isrf", preset: "paper", set: {} },
      { model: "pod", preset: "paper", set: {} },
      { model: "lightgcn", label: "wide", set: { width: 128 } },
    ];
    expect(rowWords(rows, "mini")).toEqual(["isrf, pod: preset paper", "wide (lightgcn): preset mini, width 128"]);
  });
});
