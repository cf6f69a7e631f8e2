import { expect, it } from "vitest";
import { tinyState } from "../../../../test/support/tiny-isrf.ts";
import { rms } from "../../../base/matrix.ts";
import { wordSizes, wordSizesText } from "./word-sizes.ts";

it("measures the words of each task by what they are and by that task's beta", async () => {
  const state = await tinyState({ betaDirect: 11, betaSequential: 3, sequentialWord: "position" }, "small");
  const [sequential, direct] = wordSizes(state);
  const tokens = rms(state.parameters.get("shared.weight").front.value);
  const ordinals = rms(state.parameters.get("omega.positions").front.value);
  expect(sequential).toEqual({ task: "sequential", words: 3 * ordinals, tokens });
  const items = state.interests.individual.subarray(state.nUsers * state.network.t5.width);
  expect(direct).toEqual({ task: "direct", words: 11 * rms(items), tokens });
});

it("says so in a sentence", () => {
  const sizes = [
    { task: "sequential", words: 3, tokens: 2 },
    { task: "direct", words: 11, tokens: 2 },
  ] as const;
  expect(wordSizesText(sizes)).toBe(
    "whole words have 1.50 times the size of token embeddings in sequential prompts (3.00 to 2.00), 5.50 times in direct prompts (11.00 to 2.00)",
  );
});
