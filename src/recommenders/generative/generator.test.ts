import { afterEach, describe, expect, it } from "vitest";
import { tinyData, tinyState } from "../../../test/support/tiny-isrf.ts";
import { Generator, type PromptQuestion } from "./generator.ts";

const data = tinyData();
const sequential = (userIndex: number, items = data.prefixes[userIndex]!): PromptQuestion => ({
  task: "sequential",
  userIndex,
  items,
  excluded: items,
});
const direct = (userIndex: number, items: Int32Array): PromptQuestion => ({
  task: "direct",
  userIndex,
  items,
  allowed: items,
});

describe("answers", () => {
  const open: Generator[] = [];
  afterEach(async () => {
    for (const generator of open.splice(0)) await generator.dispose();
  });
  const generatorOf = async (...args: Parameters<typeof tinyState>) => {
    const generator = new Generator(await tinyState(...args), { threads: 1 });
    open.push(generator);
    return generator;
  };

  it.each([
    ["tiny", {}],
    ["tiny", { codeTokens: 3 }],
    ["tiny", { itemHead: 0, prompts: 0 }],
    ["small", { width: 32 }],
  ] as const)("of beam search carry the scores of teacher forcing: %s %o", async (preset, overrides) => {
    const generator = await generatorOf(overrides, preset);
    const questions = [sequential(0), direct(1, Int32Array.of(4, 9, 17, 20, 25))];
    for (const question of questions) {
      const [list] = await generator.answer([question], 5);
      expect(list!.items).toHaveLength(5);
      const exact = await generator.scores(question, list!.items);
      exact.forEach((score, i) => {
        expect(list!.scores[i]).toBeCloseTo(score, 4);
      });
    }
  });

  it.each(["sequential", "direct"] as const)("weigh the %s head by headWeight, and leave it out at 0", async (task) => {
    const unseen = Array.from({ length: data.nItems }, (_, item) => item).filter(
      (item) => !data.prefixes[0]!.includes(item),
    );
    const candidates = Int32Array.from(unseen.slice(0, 5));
    const question = task === "sequential" ? sequential(0) : direct(1, candidates);
    const scoresAt = async (headWeight: number, heads: object = {}) =>
      (await generatorOf({ headWeight, ...heads })).scores(question, candidates);
    const [none, once, thrice] = [await scoresAt(0), await scoresAt(1), await scoresAt(3)];
    const decoder = await scoresAt(1, task === "sequential" ? { itemHead: 0 } : { candidateHead: 0 });
    candidates.forEach((_, i) => {
      expect(none[i]).toBeCloseTo(decoder[i]!, 4);
      expect(thrice[i]! - none[i]!).toBeCloseTo(3 * (once[i]! - none[i]!), 4);
    });
    expect(once).not.toEqual(none);
  });

  it.each([
    ["tiny", {}],
    ["tiny", { codeTokens: 4 }],
    ["tiny", { prompts: 0, lengthPenalty: 0.5 }],
    ["small", { width: 32 }],
  ] as const)("of short lists are the decoder's plain sums over tokens: %s %o", async (preset, overrides) => {
    const generator = await generatorOf(overrides, preset);
    const bare = await generatorOf({ ...overrides, itemHead: 0, candidateHead: 0, lengthPenalty: 0 }, preset);
    const candidates = [Int32Array.of(4, 9, 17), Int32Array.from({ length: 11 }, (_, i) => 2 * i), Int32Array.of(20)];
    for (const questions of [candidates.map((_, user) => sequential(user)), candidates.map((c, u) => direct(u, c))]) {
      const found = await generator.shortlistScores(questions, candidates);
      for (const [i, question] of questions.entries()) {
        const exact = await bare.scores(question, candidates[i]!);
        expect(found[i]).toHaveLength(exact.length);
        exact.forEach((score, k) => {
          expect(found[i]![k]).toBeCloseTo(score, 4);
        });
      }
    }
  });

  it("do not depend on the questions beside them, however long those are", async () => {
    const generator = await generatorOf({}, "small");
    const questions = [sequential(0, Int32Array.of(3)), sequential(1), sequential(2, Int32Array.of(5, 8))];
    const together = await generator.answer(questions, 5);
    for (const [i, question] of questions.entries()) {
      const [alone] = await generator.answer([question], 5);
      expect(alone!.items).toEqual(together[i]!.items);
      alone!.scores.forEach((score, k) => {
        expect(score).toBeCloseTo(together[i]!.scores[k]!, 4);
      });
    }
  });

  it("never name an item of a history longer than the prompt holds", async () => {
    const generator = await generatorOf({ maxHistory: 2, beams: 30 });
    const long = Int32Array.from({ length: 20 }, (_, i) => i);
    const [list] = await generator.answer([sequential(0, long)], 30);
    expect(list!.items).toHaveLength(10);
    for (const item of list!.items) expect(long).not.toContain(item);
  });

  it("read the prompt: another history gives other scores", async () => {
    const generator = await generatorOf();
    const items = Int32Array.of(1, 2, 3);
    const [one, other] = [Int32Array.of(10, 11), Int32Array.of(20, 21)];
    const first = await generator.scores(sequential(0, one), items);
    expect(await generator.scores(sequential(0, other), items)).not.toEqual(first);
    expect(await generator.scores(sequential(1, one), items)).not.toEqual(first);
  });
});
