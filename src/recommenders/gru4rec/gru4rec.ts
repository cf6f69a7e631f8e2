// GRU4Rec (Hidasi et al. 2016; Tan et al. 2016) in RecBole's form: a GRU without biases over the history, its newest state
// through a linear layer, scored against the items' input vectors. Deviations from the papers, all RecBole's: prefixes of
// whole histories as instances instead of session-parallel batches, and cross entropy over all items by default.
// Histories are padded on the left: without biases a zero input leaves the zero state at zero, so pads change nothing.
import { z } from "zod";
import {
  add,
  dropout,
  matmul,
  mul,
  reshape,
  sigmoid,
  slice,
  sub,
  type Tensor,
  type Trace,
  tanh,
  transpose,
} from "../../engine/index.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import { lengthBuckets } from "../id-models/histories.ts";
import type { Histories, IdModelSpec, Query, QueryContext, TrainingData } from "../id-models/id-model.ts";
import { fanIn, xavierNormal, xavierUniform } from "../id-models/initial-values.ts";
import { embedHistory, linear, linearParameters } from "../id-models/layers.ts";
import { SEQUENCE_LOSSES } from "../id-models/losses.ts";
import { nextItemTraining } from "../id-models/next-item-training.ts";
import * as shared from "../id-models/options.ts";

const schema = z.strictObject({
  ...shared.sharedOptions,
  selection: shared.selectionOption("sequential"),
  maxHistory: shared.positiveCount.default(50).describe("most recent items that are read [B]"),
  hidden: shared.positiveCount.default(128).describe("width of the GRU's state [B]"),
  layers: shared.positiveCount.default(1).describe("stacked GRUs [B]"),
  dropout: shared.dropoutShare.default(0.3).describe("of item embeddings [B]"),
  loss: z
    .enum(SEQUENCE_LOSSES)
    .default("ce")
    .describe("ce: cross entropy over all items [B]; bpr: one uniform negative [B]"),
});

type Options = z.infer<typeof schema>;

/** PyTorch's gates r, z, n of stacked weights [3 hidden, inputs], each ready for a product: [inputs, hidden]. */
function gatesOf(weights: Tensor, hidden: number): [reset: Tensor, update: Tensor, candidate: Tensor] {
  const gate = (g: number): Tensor => transpose(slice(weights, 0, g * hidden, (g + 1) * hidden));
  return [gate(0), gate(1), gate(2)];
}

/** One GRU over `steps`, each [rows, inputs], from a zero state: the states after each step [rows, hidden]. */
function gru(t: Trace, name: string, steps: readonly Tensor[], hidden: number): Tensor[] {
  const [rows, inputs] = steps[0]!.shape as [number, number];
  // One product per gate: slicing a joint product would pad its gradient back together at every step.
  const fromInput = gatesOf(t.parameter(`${name}.input`, [3 * hidden, inputs]), hidden);
  const fromState = gatesOf(t.parameter(`${name}.state`, [3 * hidden, hidden]), hidden);
  let state = t.fill(0, [rows, hidden]);
  return steps.map((x) => {
    const [reset, update] = [0, 1].map((g) => sigmoid(add(matmul(x, fromInput[g]!), matmul(state, fromState[g]!))));
    // h' = (1 - z) tanh(x_n + r h_n) + z h
    const candidate = tanh(add(matmul(x, fromInput[2]), mul(reset!, matmul(state, fromState[2]))));
    state = add(candidate, mul(update!, sub(state, candidate)));
    return state;
  });
}

const query: Query<Options> = {
  padding: "left",
  lengths: ({ maxHistory }) => lengthBuckets(maxHistory),
  build(
    t: Trace,
    { options, nItems, isTraining }: QueryContext<Options>,
    { history, rows, length }: Histories,
  ): Tensor {
    const { width: d, hidden, layers } = options;
    const table = t.parameter("items", [nItems + 1, d]);
    // Item by item, since the gradient of a slice is as long as what it was cut from.
    let steps = Array.from({ length }, (_, at) => {
      const items = reshape(slice(history, 1, at, at + 1), [rows]);
      return dropout(embedHistory(table, items, nItems), isTraining ? options.dropout : 0);
    });
    for (let l = 0; l < layers; l++) steps = gru(t, `gru.${l}`, steps, hidden);
    return linear(t, "dense", steps.at(-1)!, { inputs: hidden, outputs: d });
  },
};

function create(options: Options, data: TrainingData) {
  const { nItems } = data;
  const { width: d, hidden } = options;
  const items = (t: Trace): Tensor => slice(t.parameter("items", [nItems + 1, d]), 0, 0, nItems);
  return {
    parameters: [
      { name: "items", shape: [nItems + 1, d], init: xavierNormal },
      ...Array.from({ length: options.layers }, (_, l) => [
        { name: `gru.${l}.input`, shape: [3 * hidden, l === 0 ? d : hidden], init: xavierUniform },
        { name: `gru.${l}.state`, shape: [3 * hidden, hidden], init: xavierUniform },
      ]).flat(),
      ...linearParameters("dense", { inputs: hidden, outputs: d }, fanIn(hidden), fanIn(hidden)),
    ],
    ...nextItemTraining(options, data, query, items),
  };
}

export const gru4rec: IdModelSpec<Options> = {
  name: "gru4rec",
  title: "GRU4Rec",
  citation:
    "Hidasi, Karatzoglou, Baltrunas, Tikk. Session-based Recommendations with Recurrent Neural Networks. ICLR 2016; Tan, Xu, Liu. Improved Recurrent Neural Networks for Session-based Recommendations. DLRS 2016; RecBole's form.",
  schema,
  presets: shared.presetsWith({ maxHistory: 12, hidden: 32, epochs: 12 }),
  query,
  create,
};

export const gru4recDefinition = idModelDefinition(gru4rec);
