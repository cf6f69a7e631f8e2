// SASRec over rows that stand on texts: ours. A causal pre-norm transformer reads the rows W s_i + f_i of the history
// (`item-rows.ts`), and its state at every position of a training prefix is scored against the rows of all items. What
// differs from SASRec as tables have it: rows from texts, a loss at every position, positions counted from the end.
import { z } from "zod";
import { add, dropout, mul, type Tensor, type Trace } from "../../engine/index.ts";
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
import { layerNorm, normLayer } from "../id-models/layers.ts";
import { positionsFromEnd, slotRows } from "../id-models/left-padded.ts";
import * as shared from "../id-models/options.ts";
import { causalStates, newestState, preNormLayers } from "../id-models/pre-norm.ts";
import { PrefixBatches } from "../id-models/prefix-batches.ts";
import { START } from "../id-models/transformer.ts";
import { above, needs } from "../options/needs.ts";
import { count, dropoutShare, fraction, notNegative, positiveCount } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";
import { carryTextRows } from "./carried-rows.ts";
import { ItemRows, rowsFromTexts } from "./item-rows.ts";

const schema = z
  .strictObject({
    ...shared.sharedOptions,
    ...inGroup("training", {
      weightDecay: notNegative.default(0.01).describe("decoupled weight decay of AdamW"),
      batch: positiveCount.default(128).describe("training prefixes per step; every item after the first is a target"),
      epochs: positiveCount.default(40).describe("most epochs"),
      patience: positiveCount.default(4).describe("epochs without improvement before stopping"),
      ...shared.selectionOption("sequential"),
    }),
    ...inGroup("model", {
      maxHistory: shared.historyOption.describe("most recent items that are read"),
      ...shared.transformerOptions,
      width: positiveCount.default(128).describe("d, width of item rows and states"),
      heads: positiveCount.default(2).describe("attention heads, a divisor of the width"),
      dropout: dropoutShare.default(0.5).describe("of inputs, attention and sublayers"),
      freeDropout: fraction
        .default(0.1)
        .describe("share of items whose free part is left out of a step, so that rows can stand on texts alone"),
      filter: count
        .default(0)
        .describe(
          "c of a causal low-pass filter beside attention, which keeps c / 2 frequencies and the mean; 0 = none",
        )
        .meta({ off: 0 }),
      filterShare: fraction
        .default(0.5)
        .describe("share of the filter in what a block adds; the rest is attention's")
        .meta(needs({ filter: above(0) })),
    }),
    ...shared.sampledSoftmax(0),
  })
  .refine(({ width, heads }) => width % heads === 0, { path: ["heads"], message: "must divide width" });

type Options = z.infer<typeof schema>;

/** What the query learns. The last row of `positions` is that of the newest item. */
const learned = (options: Options) => ({
  positions: { name: "positions", shape: [options.maxHistory, options.width], init: START },
  blocks: preNormLayers("blocks", options),
  lastNorm: normLayer("lastNorm", options.width),
});

/** What the blocks read: [rows, length, d]. */
function inputs(t: Trace, options: Options, histories: Histories, items: Tensor, isTraining: boolean): Tensor {
  const rows = mul(slotRows(t, items, histories), Math.sqrt(options.width));
  const positions = positionsFromEnd(t, learned(options).positions, histories.length);
  return dropout(add(rows, positions), isTraining ? options.dropout : 0);
}

const query: Query<Options> = {
  readsUser: false,
  padding: "left",
  lengths: ({ maxHistory }) => lengthBuckets(maxHistory),
  build(t: Trace, { options, isTraining }: QueryContext<Options>, histories: Histories, items: Tensor): Tensor {
    const { blocks, lastNorm } = learned(options);
    const read = inputs(t, options, histories, items, isTraining);
    return layerNorm(t, lastNorm, newestState(t, blocks, read, histories, { ...options, isTraining }));
  },
};

function create(options: Options, data: IdTrainingData): IdModel {
  if (data.texts === undefined) throw new Error("internal: sasrec-text is trained without text vectors");
  const { batch, negatives, pool } = options;
  const rows = new ItemRows(data.texts, data.prefixes, options);
  const { blocks, lastNorm, positions } = learned(options);
  return {
    tensors: { ...rows.tensors, positions, blocks, lastNorm },
    trainingOnly: [rows.tensors.free.name],
    batches: new PrefixBatches({ data, batch, lengths: query.lengths(options), draws: negatives === 0 ? 0 : pool }),
    stepFeeds: (_batch, random) => rows.draw(random),
    tables: (t: Trace) => ({ items: rows.answering(t) }),
    objective(t: Trace, shape: BatchExtents) {
      const items = rows.training(t);
      const queries = (histories: Histories): Tensor => {
        const read = inputs(t, options, histories, items, true);
        return layerNorm(t, lastNorm, causalStates(t, blocks, read, histories, { ...options, isTraining: true }));
      };
      return { loss: everyPositionLoss(t, shape, queries, items, options, rows.hidden(t)) };
    },
  };
}

export const sasrecText: IdModelSpec<Options> = {
  name: "sasrec-text",
  title: "SASRec with text rows",
  citation: "Ours: a causal transformer as in Kang, McAuley (ICDM 2018) over item rows that stand on texts.",
  isOurs: true,
  schema,
  presets: shared.presetsWith({ maxHistory: 16, inner: 64, layers: 1, batch: 32, dropout: 0.2, epochs: 20 }),
  query,
  readsTexts: true,
  rowsOfNew: rowsFromTexts,
  onNewTexts: { tensors: ["projection"], carry: carryTextRows },
  create,
};

export const sasrecTextDefinition = idModelDefinition(sasrecText);
