import { afterEach, describe, expect, it } from "vitest";
import { type Overrides, tinyData, tinyState } from "../../../../test/support/tiny-isrf.ts";
import { WORD } from "../../../backbone/prompt.ts";
import { compile, type TensorData, trace } from "../../../engine/index.ts";
import { makeBatch } from "../examples/batches.ts";
import { Generator, interestRows } from "../generator.ts";
import { encodeProgram, objective } from "../network/network.ts";
import type { GenerativeState } from "../state.ts";

const data = tinyData();
const FORMS = [
  ["compact", "tiny", {}],
  ["compact, worded", "tiny", { templates: "worded+bare", groupWord: false }],
  ["text", "small", { width: 32, candidateHead: 1 }],
  ["text, prompt vectors behind it", "small", { width: 32, candidateHead: 1, promptPlace: "after" }],
  ["compact, prompt vectors behind it", "tiny", { promptPlace: "after" }],
  [
    "text, with histories",
    "small",
    { width: 32, candidateHead: 1, itemHead: 1, headShortcut: true, candidateHistory: true },
  ],
] as const satisfies readonly (readonly [string, string, Overrides])[];

const question = (userIndex: number, candidates: readonly number[], target?: number) => ({
  task: "direct" as const,
  userIndex,
  items: Int32Array.from(candidates),
  ...(target !== undefined && { target }),
});
type Direct = ReturnType<typeof question>;

/** Logits [examples, slots]. */
async function logitsOf(state: GenerativeState, examples: readonly Direct[], slots: number): Promise<Float32Array> {
  const { shape, feeds } = makeBatch(examples, state.form, state.network, interestRows(state), slots);
  const program = await compile(trace((t) => encodeProgram(t, state.network, shape)));
  const { headLogits } = await program.run<string>({ ...state.parameters.feeds(), ...feeds });
  await program.dispose();
  return headLogits as Float32Array;
}

async function headLossOf(state: GenerativeState, examples: readonly Direct[], slots: number): Promise<number> {
  const { shape, feeds } = makeBatch(examples, state.form, state.network, interestRows(state), slots);
  const program = await compile(trace((t) => ({ head: objective(t, state.network, shape, false).outputs!.head! })));
  const all: Record<string, TensorData> = {
    ...state.parameters.feeds(),
    ...feeds,
    alignmentWeight: Float32Array.of(0),
  };
  const { head } = await program.run<string>(all);
  await program.dispose();
  return head![0] as number;
}

describe.each(FORMS)("the candidate head, %s", (_, preset, overrides) => {
  it("scores the candidates of a prompt alone: its loss is minus their log-softmax at the right one", async () => {
    const state = await tinyState(overrides, preset, data);
    const examples = [question(0, [4, 9, 17], 9), question(1, [20, 3], 3)];
    const logits = await logitsOf(state, examples, 4);
    expect(logits).toHaveLength(8);
    const expected = [logSoftmax(logits.subarray(0, 3), 1), logSoftmax(logits.subarray(4, 6), 1)].reduce(
      (sum, x) => sum - x / 2,
      0,
    );
    expect(await headLossOf(state, examples, 4)).toBeCloseTo(expected, 4);
    for (const empty of [3, 6, 7]) expect(logits[empty]).toBeLessThan(-1e8);
  });

  it("points at the first position that carries the candidate's word", async () => {
    const state = await tinyState(overrides, preset, data);
    const examples = [question(0, [4, 9, 17]), question(1, [20, 3])];
    const { shape, feeds } = makeBatch(examples, state.form, state.network, interestRows(state), 4);
    const { candidatePlaces, promptOrder, wordRows } = feeds as Record<string, Int32Array>;
    const { prompts } = state.network.options;
    const time = prompts + shape.length;
    const wordAt = (example: number, place: number) => {
      const inOrder = (promptOrder?.[place] ?? place) - example * time - prompts;
      return inOrder < 0 ? "prompt vector" : wordRows![example * shape.length + inOrder]!;
    };
    for (const [example, { items }] of examples.entries()) {
      const text = Array.from({ length: time }, (_, i) => wordAt(example, example * time + i));
      for (const slot of items.keys()) {
        const word = example * (WORD.firstItem + 4) + WORD.firstItem + slot;
        expect(candidatePlaces![example * 4 + slot]! - example * time).toBe(text.indexOf(word));
      }
    }
  });

  it("points at a candidate by what its position says: other users, other logits", async () => {
    const state = await tinyState(overrides, preset, data);
    const one = await logitsOf(state, [question(0, [4, 9, 17])], 3);
    const other = await logitsOf(state, [question(0, [4, 9, 11])], 3);
    expect(new Set(one).size).toBe(3);
    expect(other[2]).not.toBe(one[2]);
  });
});

describe("with candidateHistory", () => {
  const asked = (history: readonly number[]) => [{ ...question(0, [4, 9, 17]), history: Int32Array.from(history) }];
  const logitsWith = async (history: readonly number[], overrides: Overrides = {}) =>
    logitsOf(await tinyState(overrides, "tiny", data), asked(history), 3);

  it("what the user had before moves the logits, and so does its order", async () => {
    const [none, one, other] = [await logitsWith([]), await logitsWith([2, 8]), await logitsWith([8, 2])];
    expect(one).not.toEqual(none);
    expect(other).not.toEqual(one);
  });

  it("only the newest maxHistory items count", async () => {
    const long = [1, 3, 5, 6, 7, 8, 10, 11, 12];
    expect(await logitsWith(long)).toEqual(await logitsWith(long.slice(-6)));
    expect(await logitsWith(long)).not.toEqual(await logitsWith(long.slice(-5)));
  });

  it("nobody's history leaves them as they are without the option", async () => {
    const plain = await logitsWith([2, 8], { candidateHistory: false });
    const empty = await logitsWith([]);
    empty.forEach((logit, i) => {
      expect(logit).toBeCloseTo(plain[i]!, 5);
    });
  });
});

function logSoftmax(logits: Float32Array, at: number): number {
  const most = Math.max(...logits);
  return logits[at]! - most - Math.log(logits.reduce((sum, x) => sum + Math.exp(x - most), 0));
}

describe("answers to direct questions", () => {
  const open: Generator[] = [];
  afterEach(async () => {
    for (const generator of open.splice(0)) await generator.dispose();
  });
  const answers = async (overrides: Overrides) => {
    const generator = new Generator(await tinyState(overrides, "tiny", data), { threads: 1 });
    open.push(generator);
    const items = Int32Array.of(4, 9, 17, 20, 25, 28);
    const asked = { ...question(1, [...items]), allowed: items };
    const [list] = await generator.answer([asked], 6);
    return { list: list!, exact: await generator.scores(asked, list!.items) };
  };

  it("hold the same items with and without the head, each score apart by the head's log-probability per token", async () => {
    const [without, withHead] = [await answers({ candidateHead: 0 }), await answers({ candidateHead: 1 })];
    const byItem = new Map(Array.from(without.list.items, (item, i) => [item, without.list.scores[i]!]));
    const state = await tinyState({ candidateHead: 1 }, "tiny", data);
    const { headWeight } = state.network.options;
    const logits = await logitsOf(state, [question(1, [4, 9, 17, 20, 25, 28])], 6);
    withHead.list.items.forEach((item, i) => {
      const slot = [4, 9, 17, 20, 25, 28].indexOf(item);
      expect(withHead.list.scores[i]).toBeCloseTo(
        byItem.get(item)! + (headWeight * logSoftmax(logits.subarray(0, 6), slot)) / 3,
        4,
      );
      expect(withHead.exact[i]).toBeCloseTo(withHead.list.scores[i]!, 4);
    });
    const { scores } = withHead.list;
    expect([...scores]).toEqual([...scores].sort((a, b) => b - a));
  });
});
