import { describe, expect, it } from "vitest";
import type { Dataset } from "../../data/index.ts";
import type { RunConfig } from "../../runs/run.ts";
import { differenceOf, type Sources } from "./found-cells.ts";

const LEARNS = { tasks: "three" };
const reviews = (hash: string, learnt = true) => ({ files: ["reviews.json"], hash, learnt });
const trained = (more: Partial<RunConfig>) =>
  ({
    ...{ format: 1, kind: "run", productVersion: "0", model: "pod", preset: "small", options: LEARNS, seed: 1 },
    ...{ protocol: "strict", device: "cpu", dataset: { name: "shop", hash: "d" }, embeddings: null },
    ...more,
  }) as RunConfig;
const now = ({ explanations, texts }: { explanations?: string; texts?: string }): Sources => ({
  dataset: {
    hash: "d",
    manifest: { name: "shop", explanations: explanations && { files: ["reviews.json"], hash: explanations } },
  } as unknown as Dataset,
  texts,
});

describe("a training that lies in a study's folder", () => {
  it("is refused where reviews that it learnt are others by now, or there are some for the first time", async () => {
    expect(await differenceOf(trained({ reviews: reviews("a") }), now({ explanations: "a" }))).toBeUndefined();
    expect(await differenceOf(trained({ reviews: reviews("a") }), now({ explanations: "b" }))).toEqual({
      found: "sentences of reviews a",
      expected: "sentences of reviews b",
    });
    expect(await differenceOf(trained({ learntTexts: "t" }), now({ explanations: "b", texts: "t" }))).toMatchObject({
      found: "no sentences of reviews",
    });
  });

  it("is refused where reasoned texts that it learnt are others by now; versions that did not say stay", async () => {
    expect(await differenceOf(trained({ learntTexts: "t" }), now({ texts: "u" }))).toEqual({
      found: "sentences made of reasoned texts t",
      expected: "sentences made of reasoned texts u",
    });
    expect(await differenceOf(trained({ learntTexts: "t" }), now({ texts: "t" }))).toBeUndefined();
    expect(await differenceOf(trained({}), now({ texts: "u" }))).toBeUndefined();
  });

  it("stays where it learns no sentences, unless protocol paper took the pairs of the reviews", async () => {
    const plain = { options: { tasks: "both" } };
    expect(await differenceOf(trained(plain), now({ explanations: "b", texts: "u" }))).toBeUndefined();
    const paper = { ...plain, protocol: "paper" as const, reviews: reviews("a", false) };
    expect(await differenceOf(trained(paper), now({ explanations: "b" }))).toMatchObject({
      found: "sentences of reviews a",
    });
  });
});
