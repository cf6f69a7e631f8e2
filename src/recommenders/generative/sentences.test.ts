import { expect, it } from "vitest";
import { tinyData, tinyTrainer } from "../../../test/support/tiny-isrf.ts";
import { GenerativeRecommender } from "./recommender.ts";

it("a trained model writes sentences in the words that it learnt", async () => {
  const data = tinyData();
  const overrides = { width: 32, tasks: "explanation", learningRate: 1e-2, lambdaDirect: 0, beta: 1, beams: 3 };
  const trainer = await tinyTrainer(overrides, "small", data);
  for (let step = 0; step < 60; step++) await trainer.step(step);
  await trainer.settle();
  const recommender = new GenerativeRecommender("isrf", trainer.state, { threads: 1 });
  const itemIndex = data.prefixes[0]![0]!;
  const [first, again] = await recommender.sentences!.write([
    { userIndex: 0, itemIndex },
    { userIndex: 1, itemIndex: data.prefixes[1]![0]! },
    { userIndex: 0, itemIndex },
  ]);
  expect(first).toMatch(/^a nice \w+/);
  const [alone] = await recommender.sentences!.write([{ userIndex: 0, itemIndex }]);
  expect(alone).toBe(first);
  const words = (sentence: string) => sentence.split(" ").length;
  const [long] = await recommender.sentences!.write([{ userIndex: 0, itemIndex }], { leastTokens: 12 });
  expect(words(long!)).toBeGreaterThanOrEqual(12);
  expect(words(again!)).toBeLessThan(12);
  // A sentence has room for as many tokens as one that was learnt.
  const { mostTokens } = recommender.sentences!.decoding;
  const [longest] = await recommender.sentences!.write([{ userIndex: 0, itemIndex }], { leastTokens: mostTokens });
  expect(words(longest!)).toBe(mostTokens);
  await recommender.dispose();
  await trainer.dispose();
}, 90_000);

it("a model that learnt none has nothing to be asked for", async () => {
  const trainer = await tinyTrainer({ width: 32 }, "small");
  const recommender = new GenerativeRecommender("isrf", trainer.state, { threads: 1 });
  expect(recommender.sentences).toBeUndefined();
  await recommender.dispose();
  await trainer.dispose();
}, 60_000);
