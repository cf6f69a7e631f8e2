// What the compiler refuses. Each line below `@ts-expect-error` must not compile: `npm run types` fails where one does.
import { expect, test } from "vitest";
import { type Dataset, type Split, splitLeaveLastTwo, type TrainingView, trainingLists } from "../../src/data/index.ts";
import { interactionGraph } from "../../src/interests/interaction-graph.ts";
import { learnShop } from "../../src/reasoning/index.ts";
import { Sampler } from "../../src/recommenders/generative/examples/sampler.ts";
import { tinyShop } from "../support/tiny-shop.ts";

/** Never run: what the compiler says of it is the test. */
const leaks = (dataset: Dataset, split: Split, view: TrainingView, rest: RestOfSampler): void => {
  // @ts-expect-error Whole sequences are no training lists.
  new Sampler(dataset.sequences, ...rest);
  // @ts-expect-error A view with held-out items in it.
  ({ ...view, prefixes: dataset.sequences }) satisfies TrainingView;
  // @ts-expect-error An edge from a held-out pair.
  interactionGraph(dataset.sequences, split.nItems);
  // @ts-expect-error Popularity that counts held-out items.
  learnShop(dataset.items, dataset.sequences);
  // @ts-expect-error A split whose prefixes hold everything.
  ({ ...split, prefixes: dataset.sequences }) satisfies Split;
  // @ts-expect-error Nobody can vouch for whole sequences.
  trainingLists(dataset.sequences);
  // @ts-expect-error Lists that nobody vouched for.
  new Sampler([Int32Array.of(1, 2, 3)], ...rest);
};

type RestOfSampler = ConstructorParameters<typeof Sampler> extends [unknown, ...infer Rest] ? Rest : never;

test("leaks do not compile", () => {
  expect(leaks).toBeTypeOf("function");
});

test("a split's prefixes are the whole sequences without their last two items, and may be trained on", () => {
  const dataset = tinyShop("");
  const { prefixes, nItems } = splitLeaveLastTwo(dataset);
  expect(prefixes.map((items) => [...items])).toEqual(dataset.sequences.map((items) => [...items].slice(0, -2)));
  expect(interactionGraph(prefixes, nItems).rows).toBe(prefixes.length + nItems);
});
