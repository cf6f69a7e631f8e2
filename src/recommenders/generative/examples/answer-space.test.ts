import { describe, expect, it } from "vitest";
import { tinyData, tinyState } from "../../../../test/support/tiny-isrf.ts";
import { compile, trace } from "../../../engine/index.ts";
import { Generator, interestRows, type PromptQuestion } from "../generator.ts";
import { objective } from "../network/network.ts";
import type { Example } from "../shapes.ts";
import type { GenerativeState } from "../state.ts";
import { makeBatch } from "./batches.ts";

const TREE = { tokenSoftmax: "tree", itemHead: 0, candidateHead: 0 };
const data = tinyData();
const all = Int32Array.from({ length: data.nItems }, (_, item) => item);
const candidates = Int32Array.of(4, 9, 17, 20, 25);
const sequential: PromptQuestion = { task: "sequential", userIndex: 0, items: data.prefixes[0]! };
const direct: PromptQuestion = { task: "direct", userIndex: 1, items: candidates, allowed: candidates };

const sumOfProbabilities = (scores: Float32Array): number => scores.reduce((sum, score) => sum + Math.exp(score), 0);

async function generationLoss(state: GenerativeState, examples: readonly Example[]): Promise<number> {
  const { shape, feeds } = makeBatch(examples, state.form, state.network, interestRows(state), 6);
  const program = await compile(
    trace((t) => ({ generation: objective(t, state.network, shape, false).outputs!.generation! })),
  );
  const fed = { ...state.parameters.feeds(), ...feeds, alignmentWeight: Float32Array.of(0) };
  const { generation } = await program.run<string>(fed);
  await program.dispose();
  return generation![0] as number;
}

describe.each([2, 3])("with %i code tokens that compete inside the tree", (codeTokens) => {
  it("probabilities of all items that may be answered sum to 1", async () => {
    const generator = new Generator(await tinyState({ ...TREE, codeTokens }), { threads: 1 });
    const [next] = await generator.shortlistScores([sequential], [all]);
    expect(sumOfProbabilities(next!)).toBeCloseTo(1, 4);
    const [chosen] = await generator.shortlistScores([direct], [candidates]);
    expect(sumOfProbabilities(chosen!)).toBeCloseTo(1, 4);
    await generator.dispose();
  });

  it("beam search, teacher forcing and short lists agree", async () => {
    const generator = new Generator(await tinyState({ ...TREE, codeTokens, lengthPenalty: 0, beams: 30 }), {});
    for (const question of [sequential, direct]) {
      const [list] = await generator.answer([question], 5);
      const forced = await generator.scores(question, list!.items);
      const [short] = await generator.shortlistScores([question], [list!.items]);
      expect(list!.items).toHaveLength(5);
      list!.scores.forEach((score, i) => {
        expect(forced[i]).toBeCloseTo(score, 4);
        expect(short![i]).toBeCloseTo(score, 4);
      });
    }
    await generator.dispose();
  });

  it("the loss of an answer is its log-probability over its tokens; smoothing asks for the others as well", async () => {
    const cases = [
      { question: sequential, target: 7 },
      { question: direct, target: 17 },
    ];
    for (const { question, target } of cases) {
      const example: Example = { ...question, target };
      const state = await tinyState({ ...TREE, codeTokens, labelSmoothing: 0 });
      const generator = new Generator(state, {});
      const [scores] = await generator.shortlistScores([question], [Int32Array.of(target)]);
      await generator.dispose();
      const loss = await generationLoss(state, [example]);
      expect(loss).toBeCloseTo(-scores![0]! / (codeTokens + 1), 4);
      const options = { ...state.network.options, labelSmoothing: 0.1 };
      const smoothed = await generationLoss({ ...state, network: { ...state.network, options } }, [example]);
      expect(Number.isFinite(smoothed)).toBe(true);
      expect(smoothed).not.toBeCloseTo(loss, 6);
    }
  });
});
