// NCL (Lin et al. 2022): LightGCN with two contrasts: a node against its structural neighbours (the output of layer
// 2k), and a node against the prototype of its cluster (k-means over the tables at the start of each epoch). RecBole's
// form: the denominators run over all nodes and all prototypes, and every row of a batch counts, repeats included.
// Deviation: RecBole sums both contrasts over its batches of 2048; here the sums are scaled to that size, so that the
// published weights keep their meaning with other batches.
import { z } from "zod";
import { matrix, normaliseRows } from "../../base/matrix.ts";
import { Random } from "../../base/random.ts";
import {
  add,
  type CompileOptions,
  type FeedsOf,
  floats,
  gather,
  integers,
  mul,
  type Parameters,
  spmm,
  type Tensor,
  type Trace,
  unitRows,
  xavierUniform,
} from "../../engine/index.ts";
import { catalogueCrossEntropy } from "../id-models/catalogue-loss.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import { graphTables, pairRanking, pairRows } from "../id-models/graph-tables.ts";
import type { BatchExtents, IdModelSpec, IdTrainingData } from "../id-models/id-model.ts";
import { instanceInputs } from "../id-models/instances.ts";
import { startPenalty } from "../id-models/losses.ts";
import * as shared from "../id-models/options.ts";
import { above, below, needs } from "../options/needs.ts";
import { count, notNegative, positive, positiveCount } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";
import { kMeans } from "./k-means.ts";

/** The prototype contrast is switched on in some epoch. */
const PROTOTYPES = { prototypes: above(0), warmupEpochs: below("epochs") } as const;

const schema = z.strictObject({
  ...shared.sharedOptions,
  ...shared.selectionOption("direct"),
  ...inGroup("model", {
    layers: positiveCount
      .min(2)
      .default(3)
      .describe("L, propagation layers, at least the structural one [A, B]")
      .meta({ alias: ["n_layers"] }),
  }),
  ...inGroup("loss", {
    regularisation: shared.regularisationOption,
    temperature: positive
      .default(0.1)
      .describe("tau of both contrasts [B; SELFRec: .05]")
      .meta({ alias: ["ssl_temp"], ...needs([{ structure: above(0) }, PROTOTYPES]) }),
    structure: notNegative
      .default(1e-7)
      .describe("weight of the structural contrast, summed over 2048 rows [B]")
      .meta({ akin: { ssl_reg: "summed over 2048 rows here, whatever the batch" } }),
    itemShare: notNegative
      .default(1)
      .describe("alpha, weight of items beside users in the structural contrast [B]")
      .meta({ alias: ["alpha"], ...needs({ structure: above(0) }) }),
    prototypes: notNegative
      .default(8e-8)
      .describe("weight of the prototype contrast, summed over 2048 rows [B]")
      .meta({
        akin: { proto_reg: "summed over 2048 rows here, whatever the batch" },
        ...needs({ warmupEpochs: below("epochs") }),
        off: 0,
      }),
    clusters: positiveCount
      .default(1000)
      .describe("prototypes of users and of items each [B]")
      .meta({ alias: ["num_clusters"], ...needs(PROTOTYPES) }),
    warmupEpochs: count
      .default(20)
      .describe("epochs before the prototype contrast is switched on [B]")
      .meta({ alias: ["warm_up_step"], ...needs({ prototypes: above(0) }) }),
  }),
});

type Options = z.infer<typeof schema>;

const PUBLISHED_BATCH = 2048;
/** The structural context is the output of this layer: 2k with k = 1. */
const STRUCTURAL_LAYER = 2;
const K_MEANS = { iterations: 25, rowsPerCluster: 256 };

const SIDES = [
  { side: "users", numbers: "user" },
  { side: "items", numbers: "target" },
] as const;

type Side = (typeof SIDES)[number]["side"];

/**
 * Summed by weight: -log of exp(a.k / tau) of row `own` among all rows k of `keys`. Unit vectors; anchors [rows, d].
 */
function contrast(t: Trace, anchors: Tensor, keys: Tensor, own: Tensor, temperature: number): Tensor {
  const { weight } = t.inputs(instanceInputs(anchors.shape[0]!));
  return catalogueCrossEntropy({ query: mul(anchors, 1 / temperature), items: keys }, own, weight);
}

function create(options: Options, data: IdTrainingData) {
  const { nUsers, nItems, seed } = data;
  const { width: d, batch, layers, temperature: tau } = options;
  const graph = graphTables(data, d, batch, xavierUniform);
  const sizes = { users: nUsers, items: nItems };

  const countOf = (side: Side): number => Math.min(options.clusters, sizes[side]);
  /** Prototypes of an epoch, the one that each node is nearest to, and the weight of their contrast. */
  const inputs = {
    usersCentroids: floats(countOf("users"), d),
    usersClusters: integers(nUsers),
    itemsCentroids: floats(countOf("items"), d),
    itemsClusters: integers(nItems),
    prototypeWeight: floats(),
  };

  const layersOf = (t: Trace): Tensor[] => {
    const all = [graph.start(t)];
    for (let l = 0; l < layers; l++) all.push(spmm(graph.operator, all[l]!));
    return all;
  };
  const final = (all: readonly Tensor[]) =>
    graph.split(
      mul(
        all.reduce((a, b) => add(a, b)),
        1 / all.length,
      ),
    );

  const structure = (t: Trace, all: readonly Tensor[], rows: number): Tensor => {
    const centres = graph.own(t);
    const contexts = graph.split(all[STRUCTURAL_LAYER]!);
    const [users, items] = SIDES.map(({ side, numbers }) => {
      const index = t.inputs(instanceInputs(rows))[numbers];
      return contrast(t, unitRows(gather(contexts[side], index)), unitRows(centres[side]), index, tau);
    });
    return add(users!, mul(items!, options.itemShare));
  };

  const prototypes = (t: Trace, rows: number): Tensor => {
    const centres = graph.own(t);
    const fed = t.inputs(inputs);
    const [users, items] = SIDES.map(({ side, numbers }) => {
      const index = t.inputs(instanceInputs(rows))[numbers];
      const own = gather(fed[`${side}Clusters`], index);
      return contrast(t, unitRows(gather(centres[side], index)), fed[`${side}Centroids`], own, tau);
    });
    return mul(add(users!, items!), fed.prototypeWeight);
  };

  return {
    tensors: graph.tensors,
    batches: graph.batches,
    tables: (t: Trace) => final(layersOf(t)),
    objective(t: Trace, { rows }: BatchExtents) {
      const all = layersOf(t);
      const ranking = pairRanking(t, pairRows(t, final(all), rows));
      const penalty = mul(startPenalty(t, pairRows(t, graph.own(t), rows)), options.regularisation);
      const structural = structure(t, all, rows);
      const loss = add(ranking, add(penalty, mul(structural, options.structure * PUBLISHED_BATCH)));
      return { loss: add(loss, prototypes(t, rows)), outputs: { ranking, structural } };
    },
    /** The prototypes of an epoch; none and no weight before the warm-up ends. */
    async epochFeeds(
      parameters: Parameters,
      epoch: number,
      { threads }: CompileOptions,
    ): Promise<FeedsOf<typeof inputs>> {
      const isOn = epoch >= options.warmupEpochs && options.prototypes > 0;
      const found = async (side: Side) =>
        isOn
          ? clustersOf(
              parameters,
              side,
              sizes[side],
              { ...options, threads },
              Random.of(seed, `clusters/${side}/${epoch}`),
            )
          : { centroids: new Float32Array(countOf(side) * d), assignment: new Int32Array(sizes[side]) };
      const [users, items] = [await found("users"), await found("items")];
      return {
        usersCentroids: users.centroids,
        usersClusters: users.assignment,
        itemsCentroids: items.centroids,
        itemsClusters: items.assignment,
        prototypeWeight: Float32Array.of(isOn ? options.prototypes * PUBLISHED_BATCH : 0),
      };
    },
  };
}

/** Clusters of one table before propagation, centroids of unit length. */
async function clustersOf(
  parameters: Parameters,
  side: Side,
  rows: number,
  { clusters: count, width, threads }: Options & Pick<CompileOptions, "threads">,
  random: Random,
) {
  const table = matrix(rows, width, parameters.get(side).front.value);
  const { centroids, assignment } = await kMeans(table, { ...K_MEANS, count, threads }, random);
  return { centroids: normaliseRows(centroids).data, assignment };
}

export const ncl: IdModelSpec<Options> = {
  name: "ncl",
  title: "NCL",
  citation:
    "Lin, Tian, Hou, Zhao. Improving Graph Collaborative Filtering with Neighborhood-enriched Contrastive Learning. WWW 2022.",
  schema,
  presets: shared.presetsWith({ layers: 2, clusters: 10, warmupEpochs: 3, epochs: 12 }),
  create,
};

export const nclDefinition = idModelDefinition(ncl);
