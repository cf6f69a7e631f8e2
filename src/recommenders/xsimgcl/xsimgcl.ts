// XSimGCL (Yu et al. 2023): LightGCN without its layer 0, with noise added after every propagation; the final vectors
// are contrasted with those of one inner layer. One pass serves ranking and contrast. No noise when recommending.
// Deviation: 200 epochs with patience instead of SELFRec's 20, which were set for a data set ten times as large.
import { z } from "zod";
import type { Random } from "../../base/random.ts";
import {
  add,
  type FeedsOf,
  floats,
  greater,
  mul,
  neg,
  spmm,
  type Tensor,
  type Trace,
  unitRows,
  where,
  xavierUniform,
} from "../../engine/index.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import { graphTables, pairRanking, pairRows } from "../id-models/graph-tables.ts";
import type { BatchExtents, IdModelSpec, IdTrainingData, TrainingBatch } from "../id-models/id-model.ts";
import { norm } from "../id-models/layers.ts";
import { infoNceOfUnique, uniqueShares } from "../id-models/losses.ts";
import * as shared from "../id-models/options.ts";
import { above, needs } from "../options/needs.ts";
import { notNegative, positive, positiveCount } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";

const schema = z
  .strictObject({
    ...shared.sharedOptions,
    ...inGroup("training", {
      epochs: positiveCount.default(200).describe("most epochs [R; A: 20]"),
      ...shared.selectionOption("direct"),
    }),
    ...inGroup("model", {
      layers: positiveCount
        .default(2)
        .describe("L, propagation layers [A: 2 to 3]")
        .meta({ alias: ["n_layers"] }),
    }),
    ...inGroup("loss", {
      contrastLayer: positiveCount
        .default(1)
        .describe("l*, layer that the final vectors are contrasted with [A]")
        .meta(needs({ contrast: above(0) })),
      contrast: notNegative.default(0.2).describe("lambda, weight of the contrast [A]"),
      noise: notNegative.default(0.2).describe("epsilon, length of the noise added to every node's vector [A]"),
      temperature: positive
        .default(0.15)
        .describe("tau of the contrast [A]")
        .meta(needs({ contrast: above(0) })),
      regularisation: notNegative
        .default(1e-4)
        .describe("weight of the lengths (not squared) of the batch's final user and positive vectors, per pair [A]"),
    }),
  })
  .refine(({ layers, contrastLayer }) => contrastLayer <= layers, {
    path: ["contrastLayer"],
    message: "must not be above layers",
  });

type Options = z.infer<typeof schema>;

/** +1, 0 or -1 by element; no gradient. */
function sign(x: Tensor): Tensor {
  return where(greater(x, 0), 1, where(greater(neg(x), 0), -1, 0));
}

/** Weights that count each user and each item of a batch once, and which rows do not only fill it. */
const uniqueInputs = (rows: number) => ({
  userShares: floats(rows),
  targetShares: floats(rows),
  filled: floats(rows, 1),
});

/** A plain loop: millions of draws a step. */
function uniforms(length: number, random: Random): Float32Array {
  const drawn = new Float32Array(length);
  for (let i = 0; i < length; i++) drawn[i] = random.uniform();
  return drawn;
}

function create(options: Options, data: IdTrainingData) {
  const { nUsers, nItems } = data;
  const { width: d, batch, layers, temperature } = options;
  const graph = graphTables(data, d, batch, xavierUniform);
  const nodes = nUsers + nItems;
  /** Uniform draws for every layer. */
  const noiseInputs = Object.fromEntries(Array.from({ length: layers }, (_, l) => [`noise${l}`, floats(nodes, d)]));

  /** Layers 1..L; noise [nodes, d] is uniform and takes the signs of what it is added to. */
  const layersOf = (t: Trace, isTraining: boolean): Tensor[] => {
    let layer = graph.start(t);
    return Array.from({ length: layers }, (_, l) => {
      layer = spmm(graph.operator, layer);
      if (!isTraining) return layer;
      const noise = unitRows(t.inputs(noiseInputs)[`noise${l}`]!);
      layer = add(layer, mul(mul(sign(layer), noise), options.noise));
      return layer;
    });
  };
  const meanOf = (all: readonly Tensor[]): Tensor =>
    mul(
      all.reduce((a, b) => add(a, b)),
      1 / all.length,
    );

  return {
    tensors: graph.tensors,
    batches: graph.batches,
    tables: (t: Trace) => graph.split(meanOf(layersOf(t, false))),
    objective(t: Trace, { rows }: BatchExtents) {
      const all = layersOf(t, true);
      const final = pairRows(t, graph.split(meanOf(all)), rows);
      const view = pairRows(t, graph.split(all[options.contrastLayer - 1]!), rows);
      const ranking = pairRanking(t, final);
      const sides = [
        ["user", "user"],
        ["positive", "target"],
      ] as const;
      const contrasts = sides.map(([side, numbers]) =>
        infoNceOfUnique(
          unitRows(final[side]),
          unitRows(view[side]),
          t.inputs(uniqueInputs(rows))[`${numbers}Shares`],
          temperature,
        ),
      );
      const contrast = add(contrasts[0]!, contrasts[1]!);
      const { filled } = t.inputs(uniqueInputs(rows));
      const lengths = mul(add(norm(mul(final.user, filled)), norm(mul(final.positive, filled))), 1 / rows);
      const loss = add(add(ranking, mul(contrast, options.contrast)), mul(lengths, options.regularisation));
      return { loss, outputs: { ranking, contrast } };
    },
    stepFeeds({ feeds }: TrainingBatch, random: Random): FeedsOf<ReturnType<typeof uniqueInputs>> {
      const noise = Object.keys(noiseInputs).map((name) => [name, uniforms(nodes * d, random)]);
      const weight = feeds.weight as Float32Array;
      return {
        ...Object.fromEntries(noise),
        userShares: uniqueShares(feeds.user as Int32Array, weight),
        targetShares: uniqueShares(feeds.target as Int32Array, weight),
        filled: weight.map((w) => (w > 0 ? 1 : 0)),
      };
    },
  };
}

export const xsimgcl: IdModelSpec<Options> = {
  name: "xsimgcl",
  title: "XSimGCL",
  citation:
    "Yu, Xia, Chen, Cui, Hung, Yin. XSimGCL: Towards Extremely Simple Graph Contrastive Learning for Recommendation. TKDE 2023.",
  schema,
  // On a few hundred nodes the published weight, .2, holds the ranking back: HR@10 .22 after 15 epochs, with .02 .64.
  presets: shared.presetsWith({ contrast: 0.02, epochs: 15 }),
  create,
};

export const xsimgclDefinition = idModelDefinition(xsimgcl);
