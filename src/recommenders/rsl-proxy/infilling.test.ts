import { describe, expect, it } from "vitest";
import { smallestOptions, tinyData } from "../../../test/support/tiny-isrf.ts";
import { compactPrompts } from "../../backbone/compact-prompt.ts";
import { textPrompts } from "../../backbone/text-prompt.ts";
import { builtinTokenizer } from "../../backbone/tokenizer.ts";
import type { ExtraExample } from "../generative/examples/extra-task.ts";
import { infilling } from "./infilling.ts";
import { rslProxy } from "./rsl-proxy.ts";

const data = tinyData({ nUsers: 20, nItems: 30, length: 9 });
const words = infilling.words(data.items);
const codes = { tokens: Int32Array.from({ length: 60 }, (_, i) => 5 + i), width: 2, vocabulary: 65 };
const compact = compactPrompts({ items: codes, hasGroup: false, templates: "worded", words });
const text = textPrompts({
  tokenizer: builtinTokenizer(words),
  itemNumbers: data.itemNumbers,
  templates: "worded",
});
const options = smallestOptions({}, "tiny", rslProxy);
const samplerOf = (form = compact, seed = 1) =>
  infilling.sampler({ form, items: data.items, prefixes: data.prefixes, options, seed });
const examples = (form = compact): ExtraExample[] => {
  const sampler = samplerOf(form);
  return Array.from({ length: 30 }, (_, i) => sampler.batch(i)).flat();
};
const sentinels = (form = compact) => [0, 1, 2].map((i) => form.word(`<extra_id_${i}>`)[0]!);
/** First tokens of each position. */
const tokensOf = ({ prompt }: ExtraExample): number[] => prompt.tokens.filter((_, i) => i % 2 === 0);

describe("blank infilling", () => {
  it("asks for one to three entities, each behind the sentinel that stands for it in the prompt", () => {
    const marks = sentinels();
    const counts = new Set<number>();
    for (const example of examples()) {
      const inPrompt = tokensOf(example).filter((token) => marks.includes(token));
      const inTarget = example.target.filter((token) => marks.includes(token));
      expect(inPrompt).toEqual(marks.slice(0, inPrompt.length));
      expect([...inTarget].sort()).toEqual([...inPrompt].sort());
      expect(marks).toContain(example.target[0]);
      counts.add(inPrompt.length);
    }
    expect([...counts].sort()).toEqual([1, 2, 3]);
  });

  it("keeps entities whole: what is blanked out stands in the answer in full, with the rest of the text around it", () => {
    const marks = sentinels();
    const [open, close] = ["(", ")"].map((word) => compact.word(word)[0]!);
    for (const example of examples()) {
      const answers = new Map<number, number[]>();
      for (const token of example.target) {
        if (marks.includes(token)) answers.set(token, []);
        else [...answers.values()].at(-1)!.push(token);
      }
      // Put back, the prompt is a stretch of the user's history: code pairs, titles in brackets.
      const restored: number[] = [];
      for (let i = 4; i < example.prompt.tokens.length; i += 2) {
        const [first, second] = [example.prompt.tokens[i]!, example.prompt.tokens[i + 1]!];
        restored.push(...(answers.get(first) ?? (second === 0 ? [first] : [first, second])));
      }
      const histories = data.prefixes.map((items) =>
        Array.from(items, (item) => {
          const title = data.items[item]!.title!.split(" ").flatMap((word) => compact.word(word));
          return [...compact.target(item), open, ...title, close].join();
        }).join(),
      );
      expect(histories.some((whole) => whole.includes(restored.join()))).toBe(true);
    }
  });

  it("never shows a held-out item, in prompt or answer", () => {
    const codeOf = new Map(data.items.map((_, item) => [compact.target(item).join(), item]));
    const shown = new Set<number>();
    for (const { prompt, target } of examples()) {
      const all = [...prompt.tokens, ...target];
      for (let i = 0; i + 1 < all.length; i++) {
        const item = codeOf.get(`${all[i]},${all[i + 1]}`);
        if (item !== undefined) shown.add(item);
      }
    }
    const trained = new Set(data.prefixes.flatMap((items) => [...items]));
    for (const item of shown) expect(trained).toContain(item);
  });

  it.each([
    ["compact", compact],
    ["text", text],
  ] as const)("fits its answers into the length it states, in the %s form", (_, form) => {
    const sampler = samplerOf(form);
    const longest = Math.max(...examples(form).map(({ target }) => target.length + 1));
    expect(longest).toBeLessThanOrEqual(sampler.longestTarget);
  });

  it("gives the same batch for the same seed and number, whatever was asked before", () => {
    const used = samplerOf();
    for (const i of [0, 7, 3]) used.batch(i);
    expect(used.batch(5)).toEqual(samplerOf().batch(5));
    expect(samplerOf(compact, 2).batch(5)).not.toEqual(used.batch(5));
  });

  it("gives tokens to the commonest words of titles", () => {
    expect(words).toContain("shampoo");
    expect(words.slice(0, 3)).toEqual(["<extra_id_0>", "<extra_id_1>", "<extra_id_2>"]);
    expect(new Set(words).size).toBe(words.length);
  });
});
