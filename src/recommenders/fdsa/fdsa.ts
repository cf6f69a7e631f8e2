// FDSA (Zhang et al. 2019) in RecBole's form: two causal transformers, one over the items of the history and one over
// their features (brand, categories), whose newest states are joined. A field with several values is the mean of their
// vectors; an attention chooses among the fields of an item. One layer norm serves all three roles, as in RecBole.
// Deviations from the paper, RecBole's: one instance per target, cross entropy over all items. An item without a field
// gives that field a zero vector.
import { z } from "zod";
import {
  add,
  concat,
  div,
  dropout,
  gather,
  mul,
  type ParameterSpec,
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
  BatchExtents,
  Histories,
  IdModelSpec,
  IdTrainingData,
  ItemFacts,
  Query,
  QueryContext,
} from "../id-models/id-model.ts";
import { InstanceBatches, itemsBefore } from "../id-models/instances.ts";
import { catalogue, isNumber, layerNorm, linear, linearLayer, normLayer } from "../id-models/layers.ts";
import { nextItemLoss } from "../id-models/losses.ts";
import * as shared from "../id-models/options.ts";
import { batchQuery } from "../id-models/queries.ts";
import { type Block, newestStates, START, transformerLayers } from "../id-models/transformer.ts";
import { dropoutShare } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";
import { itemFacts, vocabulary } from "./item-facts.ts";

const schema = z
  .strictObject({
    ...shared.sharedOptions,
    ...shared.selectionOption("sequential"),
    ...inGroup("model", {
      maxHistory: shared.historyOption,
      ...shared.transformerOptions,
      layers: shared.transformerOptions.layers.describe("transformer blocks of each branch [B]"),
      dropout: dropoutShare
        .default(0.5)
        .describe("of embeddings, attention, sublayers and the joined vector [B]")
        .meta(shared.ONE_DROPOUT),
    }),
  })
  .refine(({ width, heads }) => width % heads === 0, { path: ["heads"], message: "must divide width" });

type Options = z.infer<typeof schema>;

/** What is learned. The last item row stands for padding. */
function learned({ options, nItems, facts }: Pick<QueryContext<Options>, "options" | "nItems" | "facts">) {
  const d = options.width;
  return {
    items: { name: "items", shape: [nItems + 1, d], rows: "items", init: START },
    positions: { name: "positions", shape: [options.maxHistory, d], init: START },
    fields: Object.entries(facts).map(([name, fact]) => ({
      name: `field.${name}`,
      shape: [vocabulary(fact), d],
      rows: name,
      init: START,
    })),
    norm: normLayer("norm", d),
    fieldInner: linearLayer("fieldInner", { inputs: d, outputs: d }, START),
    fieldOuter: linearLayer("fieldOuter", { inputs: d, outputs: 1 }, START),
    itemBlocks: transformerLayers("itemBlocks", options),
    featureBlocks: transformerLayers("featureBlocks", options),
    join: linearLayer("join", { inputs: 2 * d, outputs: d }, START),
  };
}

type Learned = ReturnType<typeof learned>;

/** Mean vector of a field's values for every slot: [rows, length, d]; numbers 0 give nothing. */
function fieldVectors(
  t: Trace,
  name: string,
  { shape, data }: ItemFacts,
  table: ParameterSpec,
  history: Tensor,
): Tensor {
  const numbers = gather(t.constant(`fact/${name}`, data, shape), history); // [rows, length, columns]
  const isGiven = sub(1, isNumber(numbers, 0));
  const vectors = mul(gather(t.parameter(table), numbers), reshape(isGiven, [...numbers.shape, 1]));
  return div(sum(vectors, [2]), add(sum(isGiven, [2], true), 1e-8));
}

/** Fields weighed by softmax(w2 . relu(W1 f + b1) + b2): [rows, length, d]. */
function chooseFields(t: Trace, fields: readonly Tensor[], { fieldInner, fieldOuter }: Learned): Tensor {
  const [rows, length, d] = fields[0]!.shape as [number, number, number];
  const stacked = concat(
    fields.map((field) => reshape(field, [rows, length, 1, d])),
    2,
  );
  const inner = relu(linear(t, fieldInner, stacked));
  const logits = linear(t, fieldOuter, inner); // [rows, length, fields, 1]
  const shares = softmax(reshape(logits, [rows, length, fields.length]));
  return sum(mul(stacked, reshape(shares, [rows, length, fields.length, 1])), [2]);
}

const query: Query<Options> = {
  padding: "right",
  readsUser: false,
  lengths: ({ maxHistory }) => lengthBuckets(maxHistory),
  build(t: Trace, context: QueryContext<Options>, histories: Histories): Tensor {
    const { options, facts, isTraining } = context;
    const tensors = learned(context);
    const drop = (x: Tensor): Tensor => dropout(x, isTraining ? options.dropout : 0);
    const { history } = histories;
    const positions = slice(t.parameter(tensors.positions), 0, 0, histories.length);
    const newest = (blocks: readonly Block[], vectors: Tensor): Tensor => {
      const start = drop(layerNorm(t, tensors.norm, add(vectors, positions)));
      return newestStates(t, blocks, start, histories, { ...options, isTraining });
    };
    const items = gather(t.parameter(tensors.items), history);
    const fields = Object.entries(facts).map(([name, fact], i) =>
      fieldVectors(t, name, fact, tensors.fields[i]!, history),
    );
    const features = chooseFields(t, fields, tensors);
    const joined = concat([newest(tensors.itemBlocks, items), newest(tensors.featureBlocks, features)], 1);
    return drop(layerNorm(t, tensors.norm, linear(t, tensors.join, joined)));
  },
};

function create(options: Options, data: IdTrainingData) {
  const { nUsers, nItems, facts } = data;
  const { batch } = options;
  const context = { options, nUsers, nItems, facts, isTraining: true };
  const tensors = learned(context);
  const items = (t: Trace): Tensor => catalogue(t, tensors.items, nItems);
  return {
    tensors,
    batches: new InstanceBatches({
      data,
      batch,
      firstTarget: 1,
      negatives: 0,
      history: { lengths: query.lengths(options), padding: query.padding, read: itemsBefore },
    }),
    tables: (t: Trace) => ({ items: items(t) }),
    objective(t: Trace, shape: BatchExtents) {
      const rows = items(t);
      return { loss: nextItemLoss(t, batchQuery(t, query, context, shape, rows), rows, shape, "ce") };
    },
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
