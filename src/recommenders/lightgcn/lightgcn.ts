// LightGCN (He et al. 2020): user and item vectors averaged over the layers of the interaction graph, trained by Bayesian
// personalised ranking against one uniform negative per pair. No features, no non-linearity, no order of the history.
// Deviations: none from the authors' form that we know of, but for the start, where RecBole's and SELFRec's is the default.
import { z } from "zod";
import {
  add,
  concat,
  gather,
  mul,
  reshape,
  SparseOperator,
  slice,
  type Tensor,
  type Trace,
} from "../../engine/index.ts";
import { interactionGraph } from "../../interests/interaction-graph.ts";
import { propagate } from "../../interests/light-gcn.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import type { BatchShape, IdModelSpec, TrainingData } from "../id-models/id-model.ts";
import { normal, xavierUniform } from "../id-models/initial-values.ts";
import { InstanceBatches } from "../id-models/instances.ts";
import { rowDots } from "../id-models/layers.ts";
import { bpr, squaredLengths, weighted } from "../id-models/losses.ts";
import * as shared from "../id-models/options.ts";

const schema = z.strictObject({
  ...shared.sharedOptions,
  selection: shared.selectionOption("direct"),
  layers: shared.count.default(3).describe("L, propagation layers [A: 3; B: 2]"),
  regularisation: shared.notNegative
    .default(1e-4)
    .describe("weight of 1/2 the squared lengths of the batch's vectors before propagation, per pair [A]"),
  start: z
    .enum(["xavier", "normal"])
    .default("xavier")
    .describe("xavier: uniform by Glorot and Bengio [B]; normal: N(0, 0.1^2) [A]"),
});

type Options = z.infer<typeof schema>;

function create(options: Options, data: TrainingData) {
  const { nUsers, nItems, histories } = data;
  const { width: d, layers, batch } = options;
  const graph = new SparseOperator(interactionGraph(histories, nItems));
  const init = options.start === "xavier" ? xavierUniform : normal(0.1);
  const users = (t: Trace): Tensor => t.parameter("users", [nUsers, d]);
  const items = (t: Trace): Tensor => t.parameter("items", [nItems, d]);
  const tables = (t: Trace) => {
    const all = propagate(graph, concat([users(t), items(t)], 0), layers);
    return { users: slice(all, 0, 0, nUsers), items: slice(all, 0, nUsers, nUsers + nItems) };
  };
  return {
    parameters: [
      { name: "users", shape: [nUsers, d], init },
      { name: "items", shape: [nItems, d], init },
    ],
    batches: new InstanceBatches({ data, batch, firstTarget: 0, negatives: 1 }),
    tables,
    objective(t: Trace, { rows }: BatchShape) {
      const final = tables(t);
      const user = t.input("user", [rows], "int32");
      const positive = t.input("target", [rows], "int32");
      const negative = reshape(t.input("negative", [rows, 1], "int32"), [rows]);
      const of = gather(final.users, user);
      const ranking = weighted(
        t,
        bpr(rowDots(of, gather(final.items, positive)), rowDots(of, gather(final.items, negative))),
      );
      const starts = [gather(users(t), user), gather(items(t), positive), gather(items(t), negative)];
      const penalty = starts.map((vectors) => squaredLengths(t, vectors)).reduce((a, b) => add(a, b));
      return { loss: add(ranking, mul(penalty, options.regularisation / 2)), outputs: { ranking } };
    },
  };
}

export const lightgcn: IdModelSpec<Options> = {
  name: "lightgcn",
  title: "LightGCN",
  citation:
    "He, Deng, Wang, Li, Zhang, Wang. LightGCN: Simplifying and Powering Graph Convolution Network for Recommendation. SIGIR 2020.",
  schema,
  presets: shared.presetsWith({ layers: 2 }),
  create,
};

export const lightgcnDefinition = idModelDefinition(lightgcn);
