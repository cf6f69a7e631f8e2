// eSASRec (Tikhonovich et al. 2025): SASRec's shifted training prefixes, LiGR layers (`ligr.ts`), and a softmax among
// the next item and many uniform draws. The authors' form on Beauty: one layer, one head, d = 256, 256 draws.
// Deviations: all positions of a step share a pool of draws that weighs as much as 256 of them, where the authors draw
// for each position; a prefix longer than `maxHistory` becomes several rows, where theirs is cut; Adam's second moment
// decays by .999, theirs by .98.
import { z } from "zod";
import { add, dropout, reshape, type Tensor, type Trace, xavierNormal } from "../../engine/index.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import { everyPositionLoss } from "../id-models/every-position.ts";
import { lengthBuckets } from "../id-models/histories.ts";
import type {
  BatchExtents,
  Histories,
  IdModel,
  IdModelSpec,
  IdTrainingData,
  Query,
  QueryContext,
} from "../id-models/id-model.ts";
import { causalSelfMask, positionsFromEnd, slotRows } from "../id-models/left-padded.ts";
import * as shared from "../id-models/options.ts";
import { PrefixBatches } from "../id-models/prefix-batches.ts";
import { dropoutShare, positiveCount } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";
import { ligrLayers, ligrStates } from "./ligr.ts";

const schema = z
  .strictObject({
    ...shared.sharedOptions,
    ...inGroup("training", {
      batch: positiveCount
        .default(128)
        .describe("training prefixes per step; every item after the first is a target [A]"),
      ...shared.selectionOption("sequential"),
    }),
    ...inGroup("model", {
      maxHistory: shared.historyOption.describe("most recent items that are read [A]"),
      ...shared.transformerOptions,
      width: positiveCount.default(256).describe("d, width of item rows and states [A]"),
      layers: positiveCount.default(1).describe("LiGR layers [A: 1 for Beauty and Sports]"),
      heads: positiveCount.default(1).describe("attention heads, a divisor of the width [A: 1 for Beauty and Sports]"),
      inner: positiveCount.default(1024).describe("width inside the feed-forward layers [A: 1024, for Sports 512]"),
      dropout: dropoutShare.default(0.2).describe("of inputs, attention, inner layers and sublayers [A]"),
    }),
    ...shared.sampledSoftmax(256),
  })
  .refine(({ width, heads }) => width % heads === 0, { path: ["heads"], message: "must divide width" });

type Options = z.infer<typeof schema>;

const learned = (options: Options, nItems: number) => ({
  items: { name: "items", shape: [nItems, options.width], rows: "items", init: xavierNormal },
  positions: { name: "positions", shape: [options.maxHistory, options.width], init: xavierNormal },
  blocks: ligrLayers("blocks", options),
});

/** States of the newest `asked` slots: [rows, asked, d]. */
function states(
  t: Trace,
  { options, nItems, isTraining }: Pick<QueryContext<Options>, "options" | "nItems" | "isTraining">,
  histories: Histories,
  items: Tensor,
  asked: number,
): Tensor {
  const { positions, blocks } = learned(options, nItems);
  const read = add(slotRows(t, items, histories), positionsFromEnd(t, positions, histories.length));
  const kept = dropout(read, isTraining ? options.dropout : 0);
  return ligrStates(t, blocks, kept, causalSelfMask(t, histories), asked, { ...options, isTraining });
}

const query: Query<Options> = {
  readsUser: false,
  padding: "left",
  lengths: ({ maxHistory }) => lengthBuckets(maxHistory),
  build: (t, context, histories, items) =>
    reshape(states(t, context, histories, items, 1), [histories.rows, context.options.width]),
};

function create(options: Options, data: IdTrainingData): IdModel {
  const { nItems } = data;
  const { batch, negatives, pool } = options;
  const tensors = learned(options, nItems);
  const context = { options, nItems, isTraining: true };
  return {
    tensors,
    trainingOnly: [tensors.items.name],
    batches: new PrefixBatches({ data, batch, lengths: query.lengths(options), draws: negatives === 0 ? 0 : pool }),
    tables: (t: Trace) => ({ items: t.parameter(tensors.items) }),
    objective(t: Trace, shape: BatchExtents) {
      const items = t.parameter(tensors.items);
      const queries = (histories: Histories): Tensor => states(t, context, histories, items, histories.length);
      return { loss: everyPositionLoss(t, shape, queries, items, options) };
    },
  };
}

export const esasrec: IdModelSpec<Options> = {
  name: "esasrec",
  title: "eSASRec",
  citation:
    "Tikhonovich, Zelinskiy, Petrov, Spirina, Semenov, Savchenko, Kuliev. eSASRec: Enhancing Transformer-based Recommendations in a Modular Fashion. RecSys 2025.",
  schema,
  presets: shared.presetsWith({ maxHistory: 16, inner: 64, batch: 32, negatives: 40, pool: 80, epochs: 20 }),
  query,
  create,
};

export const esasrecDefinition = idModelDefinition(esasrec);
