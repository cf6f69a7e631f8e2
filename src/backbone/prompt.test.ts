import { describe, expect, it } from "vitest";
import { compactPrompts } from "./compact-prompt.ts";
import { padPrompts } from "./prompt.ts";
import { textPrompts } from "./text-prompt.ts";
import { builtinTokenizer } from "./tokenizer.ts";

const numbers = Int32Array.from({ length: 200 }, (_, i) => i + 1);

describe("the text form", () => {
  const form = textPrompts(builtinTokenizer(), 512, numbers);

  it("gives every token of one id word the same whole word, and other tokens none", () => {
    // "user_3 item_8 item_124": user, _, 3 | item, _, 8 | item, _, 12, 4 | </s>
    const prompt = form.sequential(2, [7, 123]);
    expect(prompt.words).toEqual([1, 1, 1, 3, 3, 3, 4, 4, 4, 4, 0]);
    expect(prompt.tokens.at(-1)).toBe(1);
  });

  it("names the user once in every template", () => {
    for (let i = 0; i < form.templates.sequential; i++) {
      expect(form.sequential(0, [1, 2], i).words.filter((w) => w === 1)).toHaveLength(3);
    }
  });

  it("writes different items as different targets", () => {
    expect(new Set(Array.from({ length: 150 }, (_, i) => form.target(i).join())).size).toBe(150);
  });
});

describe("the compact form", () => {
  const codes = { tokens: Int32Array.of(5, 8, 6, 8, 5, 9), vocabulary: 10 };

  it("spends one position on the user, one on the group and one on each item", () => {
    expect(compactPrompts(codes, true).direct(0, [2, 0])).toEqual({
      tokens: [3, 0, 4, 0, 5, 9, 5, 8],
      words: [1, 2, 3, 4],
    });
  });

  it("leaves the group's word empty when there is none", () => {
    expect(compactPrompts(codes, false).sequential(0, [1]).words).toEqual([1, 0, 3]);
  });
});

describe("padding", () => {
  it("marks what is present", () => {
    const batch = padPrompts(
      [
        { tokens: [5], words: [1] },
        { tokens: [6, 7], words: [1, 3] },
      ],
      1,
      3,
    );
    expect([...batch.tokens]).toEqual([5, 0, 0, 6, 7, 0]);
    expect([...batch.present]).toEqual([1, 0, 0, 1, 1, 0]);
  });

  it("refuses a prompt longer than its bucket", () => {
    expect(() => padPrompts([{ tokens: [1, 2], words: [0, 0] }], 1, 1)).toThrow("prompt of 2 positions");
  });
});
