import { join } from "node:path";
import { expect, it } from "vitest";
import { fixedRecommender } from "../../../test/support/fixed-recommender.ts";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { type SentenceSource, splitLeaveLastTwo, synthesiseShop } from "../../data/index.ts";
import { evaluateRecommender } from "../evaluate/evaluate-recommender.ts";
import { compare } from "./compare.ts";
import { formatComparison } from "./formats.ts";

/** On every second user, of one feature. */
const source: SentenceSource = {
  kind: "reviews",
  hash: "0a1b",
  of: (user) => (user % 2 === 0 ? { text: "a soft scent for me", feature: "scent" } : undefined),
};

it("what runs wrote stands in a table of its own, in every format", async () => {
  const folder = await temporaryDirectory();
  const dataset = await synthesiseShop({ users: 40, items: 120, seed: 3, out: join(folder, "shop") });
  const split = splitLeaveLastTwo(dataset);
  const directories: string[] = [];
  for (const [name, sentence] of [
    ["good", "a soft scent for me"],
    ["poor", "a hard colour"],
  ] as const) {
    const directory = join(folder, name);
    directories.push(directory);
    const decoding = { beams: 4, leastTokens: 0, mostTokens: 20 };
    const recommender = {
      ...fixedRecommender({ name }),
      sentences: { decoding, write: async (pairs: readonly object[]) => pairs.map(() => sentence) },
    };
    const asked = { sentences: { source, most: 12 }, yardsticks: false } as const;
    await evaluateRecommender({ recommender, dataset, split, splitName: "test", directory, ...asked });
  }
  const comparison = await compare(directories);
  expect(comparison.questions).toEqual([]);
  const [good, poor] = comparison.sentences!;
  expect(good).toMatchObject({ label: "good", pairs: 12, source: "reviews", hash: "0a1b", asks: "held-out items" });
  expect(good!.metrics["BLEU-4"]).toBeCloseTo(100, 9);
  // One word of three is among the five wanted: precision 1/3, recall 1/5.
  expect(poor!.metrics["ROUGE-1"]).toBeCloseTo(0.25, 12);
  expect([good!.metrics.FMR, poor!.metrics.FMR]).toEqual([1, 0]);
  const text = formatComparison(comparison);
  expect(text).toContain("written sentences");
  expect(text).toMatch(/good, synthetic shop +│ +12 │ +100\.00 │ +100\.00/);
  expect(text).toContain("poor: beside what people wrote, on held-out items; 4 beams, at least 0 tokens");
  expect(formatComparison(comparison, "markdown")).toContain("| poor, synthetic shop | 12 |");
  expect(formatComparison(comparison, "csv")).toContain("\nsentences,synthetic shop,FMR,poor,model,,0,,");
});
