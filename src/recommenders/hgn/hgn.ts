// HGN (Ma, Kang, Liu 2019): gates choose features and instances of a short window, and the window's plain sum adds
// item-item products. Deviations: cross entropy over all items by default (RecBole's), the feature gate has one bias
// instead of RecBole's three redundant ones, and padded slots have no say in the instance gate's average, which they
// dilute in the public code. With `bpr` the negatives come from the output table, as the positives do (RecBole mixes
// two tables).
import { z } from "zod";
import {
  add,
  div,
  gather,
  mul,
  normal,
  reshape,
  sigmoid,
  sub,
  sum,
  type Tensor,
  type Trace,
  xavierUniform,
} from "../../engine/index.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import type { Histories, IdModelSpec, IdTrainingData, Query, QueryContext } from "../id-models/id-model.ts";
import { embedHistory, isNumber, linear, linearLayer } from "../id-models/layers.ts";
import { nextItemTraining } from "../id-models/next-item-training.ts";
import * as shared from "../id-models/options.ts";
import { positiveCount } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";

const schema = z.strictObject({
  ...shared.sharedOptions,
  ...shared.selectionOption("sequential"),
  ...inGroup("model", {
    window: positiveCount
      .default(10)
      .describe("L, most recent items that are read [R; A: 5; B: 50, at which the un-gated sum drowns the rest]")
      .meta({ alias: ["MAX_ITEM_LIST_LENGTH"] }),
  }),
  ...inGroup("loss", {
    loss: shared.sequenceLoss.loss.describe("ce: cross entropy over all items [B]; bpr: one uniform negative [A]"),
  }),
});

type Options = z.infer<typeof schema>;

/** What is learned. The last row of `items` stands for padding. */
function learned({ options, nUsers, nItems }: Pick<QueryContext<Options>, "options" | "nUsers" | "nItems">) {
  const { width: d, window } = options;
  const square = { inputs: d, outputs: d };
  return {
    users: { name: "users", shape: [nUsers, d], rows: "users", init: normal(1 / d) },
    items: { name: "items", shape: [nItems + 1, d], rows: "items", init: normal(1 / d) },
    outputItems: { name: "outputItems", shape: [nItems, d], rows: "items", init: normal(1 / d) },
    featureItem: linearLayer("featureItem", square, xavierUniform),
    featureUser: linearLayer("featureUser", square, xavierUniform, false),
    instanceItem: linearLayer("instanceItem", { inputs: d, outputs: 1 }, xavierUniform, false),
    instanceUser: linearLayer("instanceUser", { inputs: d, outputs: window }, xavierUniform, false),
  };
}

const query: Query<Options> = {
  padding: "left",
  readsUser: true,
  lengths: ({ window }) => [window],
  build(t: Trace, context: QueryContext<Options>, histories: Histories): Tensor {
    const { options, nItems } = context;
    const d = options.width;
    const { history, rows, length } = histories;
    const tensors = learned(context);
    const user = gather(t.parameter(tensors.users), histories.user);
    const items = embedHistory(t.parameter(tensors.items), history, nItems); // [rows, L, d]
    // Feature gate: sigmoid(S W1 + u W2 + b), element by element.
    const byUser = reshape(linear(t, tensors.featureUser, user), [rows, 1, d]);
    const gated = mul(items, sigmoid(add(linear(t, tensors.featureItem, items), byUser)));
    // Instance gate: one share per slot, from the item and from the user's weight for that slot.
    const byItem = reshape(linear(t, tensors.instanceItem, gated), [rows, length]);
    const bySlot = linear(t, tensors.instanceUser, user);
    const shares = mul(sigmoid(add(byItem, bySlot)), sub(1, isNumber(history, nItems)));
    const mixed = sum(mul(gated, reshape(shares, [rows, length, 1])), [1]);
    const average = div(mixed, add(sum(shares, [1], true), 1e-10));
    return add(add(user, average), sum(items, [1]));
  },
};

function create(options: Options, data: IdTrainingData) {
  const tensors = learned({ options, ...data });
  return { tensors, ...nextItemTraining(options, data, query, (t) => t.parameter(tensors.outputItems)) };
}

export const hgn: IdModelSpec<Options> = {
  name: "hgn",
  title: "HGN",
  citation: "Ma, Kang, Liu. Hierarchical Gating Networks for Sequential Recommendation. KDD 2019.",
  schema,
  presets: shared.presetsWith({ window: 5, epochs: 15 }),
  query,
  create,
};

export const hgnDefinition = idModelDefinition(hgn);
