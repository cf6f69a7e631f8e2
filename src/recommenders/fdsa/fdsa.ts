// FDSA (Zhang et al. 2019) in RecBole's form: two causal transformers, one over the items of the history and one over their
// features (brand, categories), whose newest states are joined. A field with several values is the mean of their vectors;
// an attention chooses among the fields of an item. One layer norm serves all three roles, as in RecBole.
// Deviations from the paper, RecBole's: one instance per target, cross entropy over all items. An item without a field gives
// that field a zero vector.

import { z } from "zod";
import {
  add,
  concat,
  div,
  dropout,
  gather,
  mul,
  relu,
  reshape,
  slice,
  softmax,
  sub,
  sum,
  type Tensor,
  type Trace,
} from "../../engine/index.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import { lengthBuckets } from "../id-models/histories.ts";
import type {
  BatchShape,
  Histories,
  IdModelSpec,
  ItemFacts,
  Query,
  QueryContext,
  TrainingData,
} from "../id-models/id-model.ts";
import { InstanceBatches, itemsBefore } from "../id-models/instances.ts";
import { isNumber, layerNorm, layerNormParameters, linear, linearParameters } from "../id-models/layers.ts";
import { nextItemLoss } from "../id-models/losses.ts";
import * as shared from "../id-models/options.ts";
import { batchQuery } from "../id-models/queries.ts";
import { newestStates, START, transformerParameters } from "../id-models/transformer.ts";
import { itemFacts, vocabulary } from "./item-facts.ts";

const schema = z
  .strictObject({
    ...shared.sharedOptions,
    selection: shared.selectionOption("sequential"),
    maxHistory: shared.positiveCount.default(50).describe("most recent items that are read [A, B]"),
    layers: shared.positiveCount.default(2).describe("transformer blocks of each branch [B]"),
    heads: shared.positiveCount.default(2).describe("attention heads, a divisor of the width [B]"),
    inner: shared.positiveCount.default(256).describe("width inside the feed-forward layers [B]"),
    dropout: shared.dropoutShare.default(0.5).describe("of embeddings, attention, sublayers and the joined vector [B]"),
  })
  .refine(({ width, heads }) => width % heads === 0, { path: ["heads"], message: "must divide width" });

type Options = z.infer<typeof schema>;

/** Mean vector of a field's values for every slot: [rows, length, d]; numbers 0 give nothing. */
function fieldVectors(
  t: Trace,
  name: string,
  { shape, data }: ItemFacts,
  history: Tensor,
  d: number,
  size: number,
): Tensor {
  const numbers = gather(t.constant(`fact/${name}`, data, shape), history); // [rows, length, columns]
  const isGiven = sub(1, isNumber(numbers, 0));
  const vectors = mul(
    gather(t.parameter(`field.${name}`, [size, d]), numbers),
    reshape(isGiven, [...numbers.shape, 1]),
  );
  return div(sum(vectors, [2]), add(sum(isGiven, [2], true), 1e-8));
}

/** Fields weighed by softmax(w2 . relu(W1 f + b1) + b2): [rows, length, d]. */
function chooseFields(t: Trace, fields: readonly Tensor[], d: number): Tensor {
  const [rows, length] = fields[0]!.shape as [number, number, number];
  const stacked = concat(
    fields.map((field) => reshape(field, [rows, length, 1, d])),
    2,
  );
  const inner = relu(linear(t, "fieldInner", stacked, { inputs: d, outputs: d }));
  const logits = linear(t, "fieldOuter", inner, { inputs: d, outputs: 1 }); // [rows, length, fields, 1]
  const shares = softmax(reshape(logits, [rows, length, fields.length]));
  return sum(mul(stacked, reshape(shares, [rows, length, fields.length, 1])), [2]);
}

const query: Query<Options> = {
  padding: "right",
  lengths: ({ maxHistory }) => lengthBuckets(maxHistory),
  build(t: Trace, { options, nItems, facts, isTraining }: QueryContext<Options>, histories: Histories): Tensor {
    const d = options.width;
    const drop = (x: Tensor): Tensor => dropout(x, isTraining ? options.dropout : 0);
    const { history } = histories;
    const positions = slice(t.parameter("positions", [options.maxHistory, d]), 0, 0, histories.length);
    const newest = (name: string, vectors: Tensor): Tensor => {
      const start = drop(layerNorm(t, "norm", add(vectors, positions)));
      return newestStates(t, name, start, histories, { ...options, isTraining });
    };
    const items = gather(t.parameter("items", [nItems + 1, d]), history);
    const fields = Object.entries(facts).map(([name, fact]) =>
      fieldVectors(t, name, fact, history, d, vocabulary(fact)),
    );
    const joined = concat([newest("itemBlocks", items), newest("featureBlocks", chooseFields(t, fields, d))], 1);
    return drop(layerNorm(t, "norm", linear(t, "join", joined, { inputs: 2 * d, outputs: d })));
  },
};

function create(options: Options, data: TrainingData) {
  const { nUsers, nItems, facts } = data;
  const { width: d, batch } = options;
  const items = (t: Trace): Tensor => slice(t.parameter("items", [nItems + 1, d]), 0, 0, nItems);
  const context = { options, nUsers, nItems, facts, isTraining: true };
  return {
    parameters: [
      { name: "items", shape: [nItems + 1, d], init: START },
      { name: "positions", shape: [options.maxHistory, d], init: START },
      ...Object.entries(facts).map(([name, fact]) => ({
        name: `field.${name}`,
        shape: [vocabulary(fact), d],
        init: START,
      })),
      ...layerNormParameters("norm", d),
      ...linearParameters("fieldInner", { inputs: d, outputs: d }, START),
      ...linearParameters("fieldOuter", { inputs: d, outputs: 1 }, START),
      ...transformerParameters("itemBlocks", options),
      ...transformerParameters("featureBlocks", options),
      ...linearParameters("join", { inputs: 2 * d, outputs: d }, START),
    ],
    batches: new InstanceBatches({
      data,
      batch,
      firstTarget: 1,
      negatives: 0,
      history: { lengths: query.lengths(options), padding: query.padding, read: itemsBefore },
    }),
    tables: (t: Trace) => ({ items: items(t) }),
    objective: (t: Trace, shape: BatchShape) => ({
      loss: nextItemLoss(t, batchQuery(t, query, context, shape), items(t), shape, "ce"),
    }),
  };
}

export const fdsa: IdModelSpec<Options> = {
  name: "fdsa",
  title: "FDSA",
  citation:
    "Zhang, Zhao, Liu, Sheng, Xu, Wang, Liu, Zhou. Feature-level Deeper Self-Attention Network for Sequential Recommendation. IJCAI 2019; RecBole's form.",
  schema,
  presets: shared.presetsWith({ maxHistory: 16, inner: 64, layers: 1, dropout: 0.2, epochs: 12 }),
  query,
  facts: itemFacts,
  create,
};

export const fdsaDefinition = idModelDefinition(fdsa);
