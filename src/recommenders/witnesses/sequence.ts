// What comes next after this history: the logarithm of the share that a sequence model gives an item.
import { dot, type Matrix, row } from "../../base/matrix.ts";
import { type CompileOptions, logSoftmax, logSumExp, reshape, slice, sub, type Tensor } from "../../engine/index.ts";
import type { Behind } from "../recommender.ts";
import { type Finish, ItemProducts } from "./products.ts";
import { StateMemory } from "./state-memory.ts";
import { testifyBy } from "./testify.ts";
import type { ProductsVoice } from "./voice.ts";
import type { Witness } from "./witness.ts";

/** A sequence model: an item's score after a history is the product of the history's vector and the item's. */
export interface SequenceModel {
  /** Items that it was trained on, the first ones: shares are of these, whatever came later. */
  readonly trained: number;
  readonly items: Matrix; // [nItems, d]
  /** The vector of each history. [d] */
  states(histories: readonly Int32Array[]): Promise<readonly Float32Array[]>;
  dispose(): Promise<void>;
}

/** It owns `model`. It holds native memory: it must be disposed of. */
export function sequenceWitness(model: SequenceModel, compile: CompileOptions): Witness {
  const { items, trained } = model;
  const products = new ItemProducts(items, compile, logShares(trained));
  const memory = new StateMemory(
    (histories) => model.states(histories),
    (states) => products.totals(states, logTotal(trained)),
  );
  const historiesOf = (questions: readonly { readonly history: Int32Array }[]) =>
    questions.map(({ history }) => history);
  const voice: ProductsVoice = {
    kind: "products",
    products,
    queries: (questions) => memory.states(historiesOf(questions)),
    shifts: async (questions) => (await memory.totals(historiesOf(questions))).map((total) => -total),
  };
  return {
    name: "sequence",
    describes: "log-probability of the item after this history, by the sequence model",
    knowsNewItems: true,
    voice,
    testify: testifyBy(voice),
    behind: ({ history }, item) => historyBehind(model, memory, history, item),
    async dispose() {
      await Promise.all([products.dispose(), model.dispose()]);
    },
  };
}

/** Minus the logarithm of the sum of exponentials over the first `trained`. */
function logShares(trained: number): Finish {
  return (scores) => {
    const [size, nItems] = scores.shape as [number, number];
    return trained === nItems ? logSoftmax(scores) : sub(scores, reshape(logTotal(trained)(scores), [size, 1]));
  };
}

const logTotal =
  (trained: number) =>
  (scores: Tensor): Tensor =>
    logSumExp(slice(scores, 1, 0, trained));

/** What each item of the history adds to the share of `item`: the fall of its logarithm without it, above 0. */
async function historyBehind(
  model: SequenceModel,
  memory: StateMemory,
  history: Int32Array,
  item: number,
): Promise<readonly Behind[]> {
  if (history.length < 2) return [];
  const asked = [history, ...Array.from(history, (_, at) => history.filter((__, other) => other !== at))];
  const [states, totals] = [await memory.states(asked), await memory.totals(asked)];
  const [whole, ...parts] = states.map((state, i) => dot(state, row(model.items, item)) - totals[i]!);
  const found = parts.map((part, at): Behind => ({ kind: "item", index: history[at]!, strength: whole! - part }));
  return found.filter(({ strength }) => strength > 0).sort((a, b) => b.strength - a.strength);
}
