// LightGCN (He et al. 2020): user and item vectors averaged over the layers of the interaction graph, trained by
// Bayesian personalised ranking against one uniform negative per pair. No features, no non-linearity, no order of the
// history. Deviation: the start is RecBole's and SELFRec's by default; the authors' is an option.
import { z } from "zod";
import { add, mul, normal, type Trace, xavierUniform } from "../../engine/index.ts";
import { propagate } from "../../interests/light-gcn.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import { graphTables, pairRanking, pairRows } from "../id-models/graph-tables.ts";
import type { BatchExtents, IdModelSpec, IdTrainingData } from "../id-models/id-model.ts";
import { startPenalty } from "../id-models/losses.ts";
import * as shared from "../id-models/options.ts";
import { count } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";

const schema = z.strictObject({
  ...shared.sharedOptions,
  ...shared.selectionOption("direct"),
  ...inGroup("model", {
    layers: count
      .default(3)
      .describe("L, propagation layers [A: 3; B: 2]")
      .meta({ alias: ["n_layers"] }),
  }),
  ...inGroup("loss", { regularisation: shared.regularisationOption }),
  ...inGroup("model", {
    start: z
      .enum(["xavier", "normal"])
      .default("xavier")
      .describe("xavier: uniform by Glorot and Bengio [B]; normal: N(0, 0.1^2) [A]"),
  }),
});

type Options = z.infer<typeof schema>;

function create(options: Options, data: IdTrainingData) {
  const { width, batch, layers, regularisation } = options;
  const graph = graphTables(data, width, batch, options.start === "xavier" ? xavierUniform : normal(0.1));
  const tables = (t: Trace) => graph.split(propagate(graph.operator, graph.start(t), layers));
  return {
    tensors: graph.tensors,
    batches: graph.batches,
    tables,
    objective(t: Trace, { rows }: BatchExtents) {
      const ranking = pairRanking(t, pairRows(t, tables(t), rows));
      const penalty = startPenalty(t, pairRows(t, graph.own(t), rows));
      return { loss: add(ranking, mul(penalty, regularisation)), outputs: { ranking } };
    },
  };
}

export const lightgcn: IdModelSpec<Options> = {
  name: "lightgcn",
  title: "LightGCN",
  citation:
    "He, Deng, Wang, Li, Zhang, Wang. LightGCN: Simplifying and Powering Graph Convolution Network for Recommendation. SIGIR 2020.",
  schema,
  presets: shared.presetsWith({ layers: 2, epochs: 12 }),
  trainsOnGraph: true,
  create,
};

export const lightgcnDefinition = idModelDefinition(lightgcn);
