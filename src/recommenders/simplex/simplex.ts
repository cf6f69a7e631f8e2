// SimpleX (Mao et al. 2021): a user is a mix of a vector of their own and the mean of their items, trained by a cosine
// contrastive loss with many negatives. Follows RecBole's model with the negatives its defaults lack.
// Deviation: a user's pooled items leave out the positive at hand (`excludePositive`); else the mean contains the
// answer. At recommendation time the pooled items are the training items, order-free; held-out items are never read.
import { z } from "zod";
import {
  add,
  dropout,
  fanIn,
  gather,
  matmul,
  mean,
  mul,
  relu,
  reshape,
  rowDots,
  sub,
  type Tensor,
  type Trace,
  unitRows,
  xavierNormal,
} from "../../engine/index.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import { lengthBuckets } from "../id-models/histories.ts";
import type { BatchExtents, IdModelSpec, IdTrainingData } from "../id-models/id-model.ts";
import { InstanceBatches, instanceInputs, negativeInputs } from "../id-models/instances.ts";
import { type LinearLayer, linear, linearLayer } from "../id-models/layers.ts";
import { squaredLengths, weighted } from "../id-models/losses.ts";
import * as shared from "../id-models/options.ts";
import { historiesOf, joined } from "../id-models/queries.ts";
import { above, below, needs } from "../options/needs.ts";
import { dropoutShare, fraction, notNegative, positiveCount } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";
import { pool, poolAll } from "./pooled.ts";

const schema = z.strictObject({
  ...shared.sharedOptions,
  ...inGroup("training", {
    batch: positiveCount
      .default(512)
      .describe("training pairs per step [A; B: 2048, with one negative each]")
      .meta({ akin: { train_batch_size: "positives alone are counted here, RecBole counts negatives too" } }),
    ...shared.selectionOption("direct"),
  }),
  ...inGroup("model", {
    maxHistory: positiveCount
      .default(50)
      .describe("most recent training items that are pooled [B]")
      .meta({ alias: ["history_len"], ...needs({ ownShare: below(1) }) }),
    ownShare: fraction
      .default(0.5)
      .describe("g, share of the user's own vector beside the pooled items [A, B]")
      .meta({ alias: ["gamma"] }),
    excludePositive: z
      .boolean()
      .default(true)
      .describe("leave the positive out of its own user's pooled items [R; B: no]")
      .meta(needs({ ownShare: below(1) })),
  }),
  ...inGroup("loss", {
    negatives: positiveCount
      .default(200)
      .describe("uniform negatives per pair [A: 100 to 1000 and more; B: 1]")
      .meta(needs({ negativeWeight: above(0) })),
    margin: z
      .number()
      .min(-1)
      .max(1)
      .default(0.5)
      .describe("m, cosine below which a negative costs nothing [B; A: 0 to .9]")
      .meta(needs({ negativeWeight: above(0) })),
    negativeWeight: notNegative
      .default(10)
      .describe("w, weight of the negatives' mean [B; A: 10 to 1000]")
      .meta({ alias: ["negative_weight"] }),
  }),
  ...inGroup("model", { dropout: dropoutShare.default(0.1).describe("of the user's vector [B]") }),
  ...inGroup("loss", {
    regularisation: notNegative
      .default(1e-5)
      .describe("weight of the squared lengths of the batch's vectors, per pair [B]")
      .meta({ akin: { reg_weight: "user and positive alone, squared; RecBole adds pooled items and negatives" } }),
  }),
});

type Options = z.infer<typeof schema>;

/** What is learned. The last item row stands for padding. */
const learned = ({ width: d }: Options, { nUsers, nItems }: Pick<IdTrainingData, "nUsers" | "nItems">) => ({
  users: { name: "users", shape: [nUsers, d], rows: "users", init: xavierNormal },
  items: { name: "items", shape: [nItems + 1, d], rows: "items", init: xavierNormal },
  pool: linearLayer("pool", { inputs: d, outputs: d }, fanIn(d), false),
});

/** g u + (1 - g) W pooled: [n, d]. */
function userVectors(t: Trace, own: Tensor, pooled: Tensor, layer: LinearLayer, ownShare: number): Tensor {
  return add(mul(own, ownShare), mul(linear(t, layer, pooled), 1 - ownShare));
}

function create(options: Options, data: IdTrainingData) {
  const { nItems, prefixes } = data;
  const { width: d, maxHistory, negatives, batch, ownShare } = options;
  const tensors = learned(options, data);
  const users = (t: Trace): Tensor => t.parameter(tensors.users);
  const items = (t: Trace): Tensor => t.parameter(tensors.items);
  return {
    tensors,
    batches: new InstanceBatches({
      data,
      batch,
      firstTarget: 0,
      negatives,
      history: {
        lengths: lengthBuckets(maxHistory),
        padding: "right" as const,
        read: (prefix: Int32Array, position: number) =>
          options.excludePositive ? prefix.filter((_, at) => at !== position) : prefix,
      },
    }),
    /** Unit vectors: their products are cosines. */
    tables(t: Trace) {
      const mixed = userVectors(t, users(t), poolAll(t, items(t), prefixes, maxHistory), tensors.pool, ownShare);
      return { users: unitRows(mixed), items: unitRows(gather(items(t), t.range(nItems))) };
    },
    objective(t: Trace, shape: BatchExtents) {
      const { rows } = shape;
      const fed = t.inputs(instanceInputs(rows));
      const own = gather(users(t), fed.user);
      const pooled = joined(historiesOf(t, shape).map(({ history }) => pool(items(t), history, nItems)));
      const mixed = dropout(userVectors(t, own, pooled, tensors.pool, ownShare), options.dropout);
      const positive = gather(items(t), fed.target);
      const user = unitRows(mixed);
      const near = relu(sub(1, rowDots(user, unitRows(positive))));
      // Items of unit length first, then their rows: a batch draws each item many times.
      const negative = gather(unitRows(items(t)), t.inputs(negativeInputs(rows, negatives)).negative); // [rows, n, d]
      const cosines = reshape(matmul(negative, reshape(user, [rows, d, 1])), [rows, negatives]);
      const far = mean(relu(sub(cosines, options.margin)), [1]);
      const contrast = weighted(t, add(near, mul(far, options.negativeWeight)));
      const penalty = add(squaredLengths(t, own), squaredLengths(t, positive));
      return { loss: add(contrast, mul(penalty, options.regularisation)), outputs: { contrast } };
    },
  };
}

export const simplex: IdModelSpec<Options> = {
  name: "simplex",
  title: "SimpleX",
  citation:
    "Mao, Zhu, Wang, Dai, Dong, Xiao, He. SimpleX: A Simple and Strong Baseline for Collaborative Filtering. CIKM 2021.",
  schema,
  presets: shared.presetsWith({ maxHistory: 20, negatives: 20, margin: 0.3, epochs: 10 }),
  create,
};

export const simplexDefinition = idModelDefinition(simplex);
