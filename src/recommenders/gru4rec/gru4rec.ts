// GRU4Rec (Hidasi et al. 2016; Tan et al. 2016) in RecBole's form: a GRU without biases over the history, its newest
// state through a linear layer, scored against the items' input vectors. Deviations from the papers, all RecBole's:
// prefixes of whole histories as instances instead of session-parallel batches, and cross entropy over all items by
// default. Histories are padded on the left: without biases a zero input leaves the zero state at zero, so pads change
// nothing.
import { z } from "zod";
import {
  add,
  dropout,
  fanIn,
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
  xavierNormal,
  xavierUniform,
} from "../../engine/index.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import { lengthBuckets } from "../id-models/histories.ts";
import type { Histories, IdModelSpec, IdTrainingData, Query, QueryContext } from "../id-models/id-model.ts";
import { catalogue, embedHistory, linear, linearLayer } from "../id-models/layers.ts";
import { nextItemTraining } from "../id-models/next-item-training.ts";
import * as shared from "../id-models/options.ts";
import { dropoutShare, positiveCount } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";

const schema = z.strictObject({
  ...shared.sharedOptions,
  ...shared.selectionOption("sequential"),
  ...inGroup("model", {
    maxHistory: shared.historyOption.describe("most recent items that are read [B]"),
    hidden: positiveCount
      .default(128)
      .describe("width of the GRU's state [B]")
      .meta({ alias: ["hidden_size"] }),
    layers: positiveCount
      .default(1)
      .describe("stacked GRUs [B]")
      .meta({ alias: ["num_layers"] }),
    dropout: dropoutShare
      .default(0.3)
      .describe("of item embeddings [B]")
      .meta({ alias: ["dropout_prob"] }),
  }),
  ...shared.sequenceLoss,
});

type Options = z.infer<typeof schema>;

/** What is learned. The last item row stands for padding. */
function learned({ options, nItems }: Pick<QueryContext<Options>, "options" | "nItems">) {
  const { width: d, hidden, layers } = options;
  return {
    items: { name: "items", shape: [nItems + 1, d], rows: "items", init: xavierNormal },
    grus: Array.from({ length: layers }, (_, l) => ({
      input: { name: `gru.${l}.input`, shape: [3 * hidden, l === 0 ? d : hidden], init: xavierUniform },
      state: { name: `gru.${l}.state`, shape: [3 * hidden, hidden], init: xavierUniform },
    })),
    dense: linearLayer("dense", { inputs: hidden, outputs: d }, fanIn(hidden), fanIn(hidden)),
  };
}

type Gru = ReturnType<typeof learned>["grus"][number];

/** PyTorch's gates r, z, n of stacked weights [3 hidden, inputs], each ready for a product: [inputs, hidden]. */
function gatesOf(weights: Tensor, hidden: number): [reset: Tensor, update: Tensor, candidate: Tensor] {
  const gate = (g: number): Tensor => transpose(slice(weights, 0, g * hidden, (g + 1) * hidden));
  return [gate(0), gate(1), gate(2)];
}

/** One GRU over `steps`, each [rows, inputs], from a zero state: the states after each step [rows, hidden]. */
function gru(t: Trace, weights: Gru, steps: readonly Tensor[], hidden: number): Tensor[] {
  const rows = steps[0]!.shape[0]!;
  // One product per gate: slicing a joint product would pad its gradient back together at every step.
  const fromInput = gatesOf(t.parameter(weights.input), hidden);
  const fromState = gatesOf(t.parameter(weights.state), hidden);
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
  readsUser: false,
  lengths: ({ maxHistory }) => lengthBuckets(maxHistory),
  build(t: Trace, context: QueryContext<Options>, { history, rows, length }: Histories): Tensor {
    const { options, nItems, isTraining } = context;
    const tensors = learned(context);
    const table = t.parameter(tensors.items);
    // Item by item, since the gradient of a slice is as long as what it was cut from.
    let steps = Array.from({ length }, (_, at) => {
      const items = reshape(slice(history, 1, at, at + 1), [rows]);
      return dropout(embedHistory(table, items, nItems), isTraining ? options.dropout : 0);
    });
    for (const weights of tensors.grus) steps = gru(t, weights, steps, options.hidden);
    return linear(t, tensors.dense, steps.at(-1)!);
  },
};

function create(options: Options, data: IdTrainingData) {
  const { nItems } = data;
  const tensors = learned({ options, nItems });
  return { tensors, ...nextItemTraining(options, data, query, (t) => catalogue(t, tensors.items, nItems)) };
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
