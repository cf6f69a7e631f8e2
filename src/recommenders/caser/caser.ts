// Caser (Tang and Wang 2018) in RecBole's form: the newest items as an image, read by filters over time (vertical) and over
// runs of items (horizontal). Deviations from the paper, RecBole's: cross entropy over all items instead of three sampled
// negatives, a second hidden layer instead of an output table of width 2 d, scores against the input table. Ours: histories
// are padded on the left, as in the authors' code, and equal maxima share their gradient.

import { z } from "zod";
import {
  add,
  concat,
  dropout,
  gather,
  matmul,
  max,
  mul,
  relu,
  reshape,
  slice,
  type Tensor,
  type Trace,
} from "../../engine/index.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import type { BatchShape, Histories, IdModelSpec, Query, QueryContext, TrainingData } from "../id-models/id-model.ts";
import { constant, fanIn, normal, xavierNormal } from "../id-models/initial-values.ts";
import { InstanceBatches, itemsBefore } from "../id-models/instances.ts";
import { embedHistory, linear, linearParameters, norm } from "../id-models/layers.ts";
import { nextItemLoss } from "../id-models/losses.ts";
import * as shared from "../id-models/options.ts";
import { batchQuery } from "../id-models/queries.ts";

const schema = z.strictObject({
  ...shared.sharedOptions,
  selection: shared.selectionOption("sequential"),
  window: shared.positiveCount.default(10).describe("L, most recent items that are read [B; A: 5]"),
  vertical: shared.positiveCount.default(4).describe("n_v, filters over time [A, B]"),
  horizontal: shared.positiveCount.default(8).describe("n_h, filters for each run length 1..L [B; A: 16]"),
  dropout: shared.dropoutShare.default(0.4).describe("of the filters' outputs [B; A: .5]"),
  regularisation: shared.notNegative
    .default(1e-4)
    .describe("weight of the lengths (not squared) of tables and filters [B]"),
  finalActivation: z
    .enum(["relu", "none"])
    .default("relu")
    .describe("relu: the sequence vector has no negative entries [B]; none: it may have [R]"),
});

type Options = z.infer<typeof schema>;

/** Values of all filters for windows [rows, L, d]: [rows, n_v d + n_h L]. */
function convolve(t: Trace, image: Tensor, { width: d, vertical, horizontal }: Options): Tensor {
  const [rows, window] = image.shape as [number, number, number];
  const overTime = matmul(t.parameter("vertical.weight", [vertical, window]), image); // [rows, n_v, d]
  const vertically = add(overTime, reshape(t.parameter("vertical.bias", [vertical]), [vertical, 1]));
  const runs = Array.from({ length: window }, (_, i) => i + 1).map((height) => {
    const places = window - height + 1;
    // A convolution as a product: every run of `height` items laid out in one row.
    const laid = concat(
      Array.from({ length: height }, (_, k) => slice(image, 1, k, k + places)),
      2,
    );
    const size = { inputs: height * d, outputs: horizontal };
    return max(relu(linear(t, `horizontal.${height}`, laid, size)), [1]); // [rows, n_h]
  });
  return concat([reshape(vertically, [rows, vertical * d]), ...runs], 1);
}

const query: Query<Options> = {
  padding: "left",
  lengths: ({ window }) => [window],
  build(t: Trace, { options, nUsers, nItems, isTraining }: QueryContext<Options>, histories: Histories): Tensor {
    const { width: d, window } = options;
    const image = embedHistory(t.parameter("items", [nItems + 1, d]), histories.history, nItems);
    const found = dropout(convolve(t, image, options), isTraining ? options.dropout : 0);
    const inputs = options.vertical * d + options.horizontal * window;
    const hidden = relu(linear(t, "hidden", found, { inputs, outputs: d }));
    const user = gather(t.parameter("users", [nUsers, d]), histories.user);
    const final = linear(t, "final", concat([hidden, user], 1), { inputs: 2 * d, outputs: d });
    return options.finalActivation === "relu" ? relu(final) : final;
  },
};

function create(options: Options, data: TrainingData) {
  const { nUsers, nItems, facts } = data;
  const { width: d, window, vertical, horizontal, batch, regularisation } = options;
  const table = (t: Trace): Tensor => t.parameter("items", [nItems + 1, d]);
  const items = (t: Trace): Tensor => slice(table(t), 0, 0, nItems);
  const context = { options, nUsers, nItems, facts, isTraining: true };
  const filters = Array.from({ length: window }, (_, i) => ({ name: `horizontal.${i + 1}`, inputs: (i + 1) * d }));
  const sizes = {
    hidden: { inputs: vertical * d + horizontal * window, outputs: d },
    final: { inputs: 2 * d, outputs: d },
  };
  const penalised = (t: Trace): Tensor[] => [
    t.parameter("users", [nUsers, d]),
    table(t),
    t.parameter("vertical.weight", [vertical, window]),
    t.parameter("hidden.weight", [sizes.hidden.outputs, sizes.hidden.inputs]),
    t.parameter("final.weight", [sizes.final.outputs, sizes.final.inputs]),
    ...filters.map(({ name, inputs }) => t.parameter(`${name}.weight`, [horizontal, inputs])),
  ];
  return {
    parameters: [
      { name: "users", shape: [nUsers, d], init: normal(1 / d) },
      { name: "items", shape: [nItems + 1, d], init: normal(1 / d) },
      { name: "vertical.weight", shape: [vertical, window], init: fanIn(window) },
      { name: "vertical.bias", shape: [vertical], init: fanIn(window) },
      ...filters.flatMap(({ name, inputs }) =>
        linearParameters(name, { inputs, outputs: horizontal }, fanIn(inputs), fanIn(inputs)),
      ),
      ...linearParameters("hidden", sizes.hidden, xavierNormal, constant(0)),
      ...linearParameters("final", sizes.final, xavierNormal, constant(0)),
    ],
    batches: new InstanceBatches({
      data,
      batch,
      firstTarget: 1,
      negatives: 0,
      history: { lengths: query.lengths(options), padding: query.padding, read: itemsBefore },
    }),
    tables: (t: Trace) => ({ items: items(t) }),
    objective(t: Trace, shape: BatchShape) {
      const ranking = nextItemLoss(t, batchQuery(t, query, context, shape), items(t), shape, "ce");
      const penalty = penalised(t)
        .map(norm)
        .reduce((a, b) => add(a, b));
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
