import { afterEach, describe, expect, it } from "vitest";
import { tinyData, tinyState } from "../../../../test/support/tiny-isrf.ts";
import { Generator, type PromptQuestion } from "../generator.ts";
import { headLogProbabilities } from "./head-guide.ts";

describe("a head's distribution", () => {
  it("is a softmax over the items that are not excluded", () => {
    const logits = Float32Array.of(Math.log(1), Math.log(9), Math.log(3), Math.log(4));
    const found = headLogProbabilities(logits, 4, undefined, [1]);
    [1 / 8, 0, 3 / 8, 4 / 8].forEach((p, item) => {
      expect(Math.exp(found[item]!)).toBeCloseTo(p, 6);
    });
  });

  it("is over the candidates alone where a prompt has them, in their order and without its padding", () => {
    const logits = Float32Array.of(Math.log(1), Math.log(3), 50);
    const found = headLogProbabilities(logits, 6, Int32Array.of(5, 2), []);
    expect(Math.exp(found[5]!)).toBeCloseTo(0.25, 6);
    expect(Math.exp(found[2]!)).toBeCloseTo(0.75, 6);
    for (const other of [0, 1, 3, 4]) expect(Math.exp(found[other]!)).toBe(0);
  });
});

describe("beam search with a head", () => {
  const open: Generator[] = [];
  afterEach(async () => {
    for (const generator of open.splice(0)) await generator.dispose();
  });

  it("keeps beams for what the head prefers: three beams find the best of all items", async () => {
    const data = tinyData();
    // A head that is certain, of a network that is not trained.
    const state = await tinyState({ beams: 3 }, "tiny", data);
    const weight = state.parameters.get("head.history").front.value;
    weight[0] = 40;
    const generator = new Generator(state, { threads: 1 });
    open.push(generator);
    for (const user of data.prefixes.keys()) {
      const items = data.prefixes[user]!;
      const question: PromptQuestion = { task: "sequential", userIndex: user, items, excluded: items };
      const others = Int32Array.from({ length: data.nItems }, (_, i) => i).filter((i) => !items.includes(i));
      const exact = await generator.scores(question, others);
      const best = [...others.keys()].reduce((a, b) => (exact[b]! > exact[a]! ? b : a));
      const [list] = await generator.answer([question], 3);
      expect(list!.items[0]).toBe(others[best]);
      list!.items.forEach((item, i) => {
        expect(list!.scores[i]).toBeCloseTo(exact[others.indexOf(item)]!, 3);
      });
    }
  });
});
