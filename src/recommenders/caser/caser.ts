// Caser (Tang and Wang 2018) in RecBole's form: the newest items as an image, read by filters over time (vertical) and
// over runs of items (horizontal). Deviations from the paper, RecBole's: cross entropy over all items instead of three
// sampled negatives, a second hidden layer instead of an output table of width 2 d, scores against the input table.
// Ours: histories are padded on the left, as in the authors' code, and equal maxima share their gradient.
import { z } from "zod";
import {
  add,
  concat,
  dropout,
  fanIn,
  gather,
  matmul,
  max,
  mul,
  normal,
  relu,
  reshape,
  slice,
  type Tensor,
  type Trace,
  xavierNormal,
} from "../../engine/index.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import type {
  BatchExtents,
  Histories,
  IdModelSpec,
  IdTrainingData,
  Query,
  QueryContext,
} from "../id-models/id-model.ts";
import { InstanceBatches, itemsBefore } from "../id-models/instances.ts";
import { catalogue, embedHistory, linear, linearLayer, norm } from "../id-models/layers.ts";
import { nextItemLoss } from "../id-models/losses.ts";
import * as shared from "../id-models/options.ts";
import { batchQuery } from "../id-models/queries.ts";
import { dropoutShare, notNegative, positiveCount } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";

const schema = z.strictObject({
  ...shared.sharedOptions,
  ...shared.selectionOption("sequential"),
  ...inGroup("model", {
    window: positiveCount
      .default(10)
      .describe("L, most recent items that are read [B; A: 5]")
      .meta({ alias: ["MAX_ITEM_LIST_LENGTH"] }),
    vertical: positiveCount
      .default(4)
      .describe("n_v, filters over time [A, B]")
      .meta({ alias: ["nv"] }),
    horizontal: positiveCount
      .default(8)
      .describe("n_h, filters for each run length 1..L [B; A: 16]")
      .meta({ alias: ["nh"] }),
    dropout: dropoutShare
      .default(0.4)
      .describe("of the filters' outputs [B; A: .5]")
      .meta({ alias: ["dropout_prob"] }),
  }),
  ...inGroup("loss", {
    regularisation: notNegative
      .default(1e-4)
      .describe("weight of the lengths (not squared) of tables and filters [B]")
      .meta({ alias: ["reg_weight"] }),
  }),
  ...inGroup("model", {
    finalActivation: z
      .enum(["relu", "none"])
      .default("relu")
      .describe("relu: the sequence vector has no negative entries [B]; none: it may have [R]"),
  }),
});

type Options = z.infer<typeof schema>;

/** What is learned. The last item row stands for padding. */
function learned({ options, nUsers, nItems }: Pick<QueryContext<Options>, "options" | "nUsers" | "nItems">) {
  const { width: d, window, vertical, horizontal } = options;
  const hidden = { inputs: vertical * d + horizontal * window, outputs: d };
  return {
    users: { name: "users", shape: [nUsers, d], rows: "users", init: normal(1 / d) },
    items: { name: "items", shape: [nItems + 1, d], rows: "items", init: normal(1 / d) },
    vertical: linearLayer("vertical", { inputs: window, outputs: vertical }, fanIn(window), fanIn(window)),
    /** Filters over runs of 1, 2, ... items. */
    horizontal: Array.from({ length: window }, (_, i) => {
      const inputs = (i + 1) * d;
      return linearLayer(`horizontal.${i + 1}`, { inputs, outputs: horizontal }, fanIn(inputs), fanIn(inputs));
    }),
    hidden: linearLayer("hidden", hidden, xavierNormal),
    final: linearLayer("final", { inputs: 2 * d, outputs: d }, xavierNormal),
  };
}

type Learned = ReturnType<typeof learned>;

/** Values of all filters for windows [rows, L, d]: [rows, n_v d + n_h L]. */
function convolve(t: Trace, image: Tensor, { vertical, horizontal }: Learned): Tensor {
  const [rows, window, d] = image.shape as [number, number, number];
  const filters = vertical.weight.shape[0]!;
  const overTime = matmul(t.parameter(vertical.weight), image); // [rows, n_v, d]
  const vertically = add(overTime, reshape(t.parameter(vertical.bias!), [filters, 1]));
  const runs = horizontal.map((layer, i) => {
    const height = i + 1;
    const places = window - height + 1;
    // A convolution as a product: every run of `height` items laid out in one row.
    const laid = concat(
      Array.from({ length: height }, (_, k) => slice(image, 1, k, k + places)),
      2,
    );
    return max(relu(linear(t, layer, laid)), [1]); // [rows, n_h]
  });
  return concat([reshape(vertically, [rows, filters * d]), ...runs], 1);
}

const query: Query<Options> = {
  padding: "left",
  readsUser: true,
  lengths: ({ window }) => [window],
  build(t: Trace, context: QueryContext<Options>, histories: Histories): Tensor {
    const { options, nItems, isTraining } = context;
    const tensors = learned(context);
    const image = embedHistory(t.parameter(tensors.items), histories.history, nItems);
    const found = dropout(convolve(t, image, tensors), isTraining ? options.dropout : 0);
    const hidden = relu(linear(t, tensors.hidden, found));
    const user = gather(t.parameter(tensors.users), histories.user);
    const final = linear(t, tensors.final, concat([hidden, user], 1));
    return options.finalActivation === "relu" ? relu(final) : final;
  },
};

function create(options: Options, data: IdTrainingData) {
  const { nUsers, nItems, facts } = data;
  const { batch, regularisation } = options;
  const context = { options, nUsers, nItems, facts, isTraining: true };
  const tensors = learned(context);
  const items = (t: Trace): Tensor => catalogue(t, tensors.items, nItems);
  const { users, vertical, hidden, final, horizontal } = tensors;
  const penalised = [users, tensors.items, vertical.weight, hidden.weight, final.weight].concat(
    horizontal.map(({ weight }) => weight),
  );
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
      const ranking = nextItemLoss(t, batchQuery(t, query, context, shape, items(t)), items(t), shape, "ce");
      const penalty = penalised.map((spec) => norm(t.parameter(spec))).reduce((a, b) => add(a, b));
      return { loss: add(ranking, mul(penalty, regularisation)), outputs: { ranking } };
    },
  };
}

export const caser: IdModelSpec<Options> = {
  name: "caser",
  title: "Caser",
  citation:
    "Tang, Wang. Personalized Top-N Sequential Recommendation via Convolutional Sequence Embedding. WSDM 2018; RecBole's form.",
  schema,
  presets: shared.presetsWith({ window: 5, epochs: 15, dropout: 0.2 }),
  query,
  create,
};

export const caserDefinition = idModelDefinition(caser);
