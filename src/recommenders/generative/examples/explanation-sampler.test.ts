import { describe, expect, it } from "vitest";
import { smallestOptions, tinyData, tinyTrainer } from "../../../../test/support/tiny-isrf.ts";
import { textPrompts } from "../../../backbone/text-prompt.ts";
import { builtinTokenizer } from "../../../backbone/tokenizer.ts";
import { explainedPairs } from "../../../data/index.ts";
import { ExplanationSampler } from "./explanation-sampler.ts";
import { explanationWords } from "./explanation-words.ts";

const data = tinyData();
const THREE = { width: 32, tasks: "three" };
const options = smallestOptions(THREE, "small");
const explanations = data.explanations!;
const form = textPrompts({
  tokenizer: builtinTokenizer(explanationWords(options, data)),
  itemNumbers: data.itemNumbers,
  templates: options.templates,
});
const drawn = (count: number) => {
  const sampler = new ExplanationSampler(explanations, form, options, 3);
  return Array.from({ length: count }, (_, index) => sampler.batch(index)).flat();
};

describe("examples of explanations", () => {
  it("are of pairs that training sees, and never of a held-out item", () => {
    const pairs = data.split.prefixes.flatMap((items, user) => Array.from(items, (item) => `${user} ${item}`));
    const seen = drawn(Math.ceil(pairs.length / options.batch));
    expect(new Set(seen.map(({ userIndex, items }) => `${userIndex} ${items[0]}`))).toEqual(new Set(pairs));
    for (const { userIndex, items, sentence } of seen) {
      expect(items[0]).not.toBe(data.split.valid[userIndex]);
      expect(items[0]).not.toBe(data.split.test[userIndex]);
      expect(sentence).toBe(explanations.sentences.of(userIndex, items[0]!)!.text);
    }
  });

  it("are the same for the same number, whatever was drawn before", () => {
    expect(new ExplanationSampler(explanations, form, options, 3).batch(9)).toEqual(drawn(10).slice(-options.batch));
  });

  it("leave out pairs of which nobody says anything", () => {
    const silent = explainedPairs(data.split.prefixes, {
      kind: "reviews",
      of: (user, item) => (user === 1 ? explanations.sentences.of(user, item) : undefined),
    });
    expect(silent.map(({ length }) => length > 0)).toEqual(silent.map((_, user) => user === 1));
  });

  it("are written and read in the words of a run's own vocabulary", () => {
    const { text } = explanations.sentences.of(0, 4)!;
    expect(form.sentences!.text(form.sentences!.tokens(text))).toBe(text);
  });
});

it("what explanations say is learnt in the course of a training", async () => {
  const trainer = await tinyTrainer({ ...THREE, tasks: "explanation", learningRate: 1e-2, lambdaDirect: 0 }, "small");
  const losses: number[] = [];
  for (let step = 0; step < 30; step++) losses.push((await trainer.step(step))["explanation generation"]!);
  await trainer.dispose();
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
}, 60_000);
