import { describe, expect, it } from "vitest";
import { compactPrompts } from "./compact-prompt.ts";
import { padPrompts } from "./prompt.ts";
import { TEMPLATE_USES, templatesOf } from "./templates.ts";
import { textPrompts } from "./text-prompt.ts";
import { builtinTokenizer } from "./tokenizer.ts";

const itemNumbers = Int32Array.from({ length: 200 }, (_, i) => i + 1);
const textForm = (templates: (typeof TEMPLATE_USES)[number]) =>
  textPrompts({ tokenizer: builtinTokenizer(), itemNumbers, templates });

describe("the text form", () => {
  const form = textForm("worded+bare");

  it("gives every token of one id word the same whole word, and other tokens none", () => {
    // "user_3 item_8 item_124": user, _, 3 | item, _, 8 | item, _, 12, 4 | </s>
    const prompt = form.sequential(2, [7, 123]);
    expect(prompt.words).toEqual([1, 1, 1, 3, 3, 3, 4, 4, 4, 4, 0]);
    expect(prompt.tokens.at(-1)).toBe(1);
  });

  it("counts every word of the prompt from one, the end of sequence as zero", () => {
    // "Continue the list item_1 item_2 for user_3 .": P5 counts each piece that begins a word.
    expect(form.sequential(2, [0, 1], 4).places).toEqual([1, 2, 3, 4, 4, 4, 5, 5, 5, 6, 7, 7, 7, 8, 0]);
  });

  it("names the user once in every template", () => {
    for (let i = 0; i < form.templates.sequential; i++) {
      expect(form.sequential(0, [1, 2], i).words.filter((w) => w === 1)).toHaveLength(3);
    }
  });

  it("writes different items as different targets", () => {
    expect(new Set(Array.from({ length: 150 }, (_, i) => form.target(i).join())).size).toBe(150);
  });

  it("gives words from outside its templates a token each where it is told of them", () => {
    const tokenizer = builtinTokenizer(["soap"]);
    const told = textPrompts({ tokenizer, itemNumbers, templates: "bare" });
    expect(told.word("soap")).not.toEqual(form.word("soap"));
    expect(form.word("soap")).toEqual([2]);
    expect(told.sequential(0, [1])).toEqual(form.sequential(0, [1]));
  });
});

describe("templates", () => {
  it("of POD draw the bare one among others and ask with it; P5's never use it; bare ones have no choice", () => {
    for (const task of ["sequential", "direct", "explanation"] as const) {
      const [pod, p5, bare] = TEMPLATE_USES.map((use) => templatesOf(task, use));
      expect(pod!.drawn).toContain("{user} {items}");
      expect(pod!.asked).toBe("{user} {items}");
      expect(p5!.drawn).not.toContain("{user} {items}");
      expect(p5!.drawn).toContain(p5!.asked);
      expect(bare).toEqual({ drawn: [], asked: "{user} {items}" });
    }
    // POD has seven worded ones and a bare one for sequences, four and one for choices, eight and one for sentences.
    expect(textForm("worded+bare").templates).toEqual({ sequential: 8, direct: 5, explanation: 9 });
    expect(textForm("worded").templates).toEqual({ sequential: 7, direct: 4, explanation: 8 });
    expect(textForm("bare").templates).toEqual({ sequential: 0, direct: 0, explanation: 0 });
  });
});

describe("the compact form", () => {
  const items = { tokens: Int32Array.of(5, 8, 6, 8, 5, 9), width: 2, vocabulary: 10 };
  const users = { tokens: Int32Array.of(5, 7, 6, 7), width: 2, vocabulary: 8 };

  it("spends one position on the user, one on the group and one on each item", () => {
    expect(compactPrompts({ items, hasGroup: true, templates: "bare" }).direct(0, [2, 0])).toEqual({
      tokens: [3, 0, 4, 0, 5, 9, 5, 8],
      words: [1, 2, 3, 4],
      places: [1, 2, 3, 4],
    });
  });

  it("leaves the group's word empty when there is none", () => {
    expect(compactPrompts({ items, hasGroup: false, templates: "bare" }).sequential(0, [1]).words).toEqual([1, 0, 3]);
  });

  it("names users by codes that no item has", () => {
    const form = compactPrompts({ items, users, hasGroup: false, templates: "bare" });
    // Users' codes 5, 6 and 7 follow the items' last token, 9.
    expect(form.direct(1, []).tokens.slice(0, 2)).toEqual([11, 12]);
    expect(form.vocabulary).toBe(13);
  });

  it("names items by as many tokens as their codes have", () => {
    const three = { tokens: Int32Array.of(5, 7, 9, 6, 7, 9), width: 3, vocabulary: 10 };
    const form = compactPrompts({ items: three, hasGroup: true, templates: "bare" });
    expect(form.sequential(0, [1, 0]).tokens).toEqual([3, 0, 0, 4, 0, 0, 6, 7, 9, 5, 7, 9]);
    expect(form).toMatchObject({ tokensPerPosition: 3, longestTarget: 4 });
    expect(form.target(1)).toEqual([6, 7, 9]);
    expect([form.itemOf([6, 7, 9]), form.itemOf([6, 9, 7])]).toEqual([1, -1]);
  });

  it("writes worded templates with a token a word, ids one position each", () => {
    const form = compactPrompts({ items, users, hasGroup: false, templates: "worded", words: ["soap"] });
    // "Continue the list item item for user ."
    const { tokens, words, places } = form.sequential(0, [2, 0], 4);
    expect(words).toEqual([0, 0, 0, 3, 4, 0, 1, 0]);
    expect(places).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(tokens.slice(6, 10)).toEqual([5, 9, 5, 8]);
    expect(tokens.slice(12, 14)).toEqual([10, 12]);
    const wordTokens = [0, 2, 4, 10, 14].map((at) => tokens[at]!);
    expect(new Set(wordTokens).size).toBe(5);
    for (const token of wordTokens) expect(token).toBeGreaterThan(12);
    expect(form.word("soap")).toEqual([form.vocabulary - 1]);
    expect(form.word("unheard")).toEqual([2]);
  });

  it("knows how many positions the longest wording takes", () => {
    const form = compactPrompts({ items, users, hasGroup: false, templates: "worded+bare" });
    const history = [0, 1, 2];
    const lengths = Array.from({ length: 8 }, (_, i) => form.sequential(0, history, i).words.length);
    expect(form.positions(3)).toBe(Math.max(...lengths));
    expect(form.sequential(0, history).words).toEqual([1, 3, 4, 5]);
  });
});

describe("padding", () => {
  it("marks what is present", () => {
    const batch = padPrompts(
      [
        { tokens: [5], words: [1], places: [1] },
        { tokens: [6, 7], words: [1, 3], places: [1, 2] },
      ],
      1,
      3,
    );
    expect([...batch.tokens]).toEqual([5, 0, 0, 6, 7, 0]);
    expect([...batch.places]).toEqual([1, 0, 0, 1, 2, 0]);
    expect([...batch.present]).toEqual([1, 0, 0, 1, 1, 0]);
  });

  it("refuses a prompt longer than its bucket", () => {
    const prompt = { tokens: [1, 2], words: [0, 0], places: [1, 2] };
    expect(() => padPrompts([prompt], 1, 1)).toThrow("prompt of 2 positions");
  });
});
