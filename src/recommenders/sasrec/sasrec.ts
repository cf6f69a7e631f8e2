// SASRec (Kang and McAuley 2018) in RecBole's form: the history, right-padded, through a causal transformer; the state of
// the newest item scores all items. Deviations from the paper, all RecBole's: one instance per target instead of a loss at
// every position, post-norm blocks with GELU, N(0, 0.02^2) starts, and cross entropy over all items by default, with which
// the model does far better than with the paper's one sampled negative.
import { z } from "zod";
import { add, dropout, gather, slice, type Tensor, type Trace } from "../../engine/index.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import { lengthBuckets } from "../id-models/histories.ts";
import type { Histories, IdModelSpec, Query, QueryContext, TrainingData } from "../id-models/id-model.ts";
import { layerNorm, layerNormParameters } from "../id-models/layers.ts";
import { SEQUENCE_LOSSES } from "../id-models/losses.ts";
import { nextItemTraining } from "../id-models/next-item-training.ts";
import * as shared from "../id-models/options.ts";
import { newestStates, START, transformerParameters } from "../id-models/transformer.ts";

const schema = z
  .strictObject({
    ...shared.sharedOptions,
    selection: shared.selectionOption("sequential"),
    maxHistory: shared.positiveCount.default(50).describe("most recent items that are read [A, B]"),
    layers: shared.positiveCount.default(2).describe("transformer blocks [A, B]"),
    heads: shared.positiveCount.default(2).describe("attention heads, a divisor of the width [B; A: 1]"),
    inner: shared.positiveCount.default(256).describe("width inside the feed-forward layers [B; A: 50]"),
    dropout: shared.dropoutShare.default(0.5).describe("of embeddings, attention and sublayers [A, B]"),
    loss: z
      .enum(SEQUENCE_LOSSES)
      .default("ce")
      .describe("ce: cross entropy over all items [B]; bpr: one uniform negative [B]"),
  })
  .refine(({ width, heads }) => width % heads === 0, { path: ["heads"], message: "must divide width" });

type Options = z.infer<typeof schema>;

const query: Query<Options> = {
  padding: "right",
  lengths: ({ maxHistory }) => lengthBuckets(maxHistory),
  build(t: Trace, { options, nItems, isTraining }: QueryContext<Options>, histories: Histories): Tensor {
    const d = options.width;
    const items = gather(t.parameter("items", [nItems + 1, d]), histories.history); // [rows, length, d]
    const positions = slice(t.parameter("positions", [options.maxHistory, d]), 0, 0, histories.length);
    const start = dropout(layerNorm(t, "startNorm", add(items, positions)), isTraining ? options.dropout : 0);
    // Pads come after the newest item, so the causal mask hides them too.
    return newestStates(t, "blocks", start, histories, { ...options, isTraining });
  },
};

function create(options: Options, data: TrainingData) {
  const { nItems } = data;
  const { width: d } = options;
  const items = (t: Trace): Tensor => slice(t.parameter("items", [nItems + 1, d]), 0, 0, nItems);
  return {
    parameters: [
      // The last row stands for padding.
      { name: "items", shape: [nItems + 1, d], init: START },
      { name: "positions", shape: [options.maxHistory, d], init: START },
      ...layerNormParameters("startNorm", d),
      ...transformerParameters("blocks", options),
    ],
    ...nextItemTraining(options, data, query, items),
  };
}

export const sasrec: IdModelSpec<Options> = {
  name: "sasrec",
  title: "SASRec",
  citation: "Kang, McAuley. Self-Attentive Sequential Recommendation. ICDM 2018; RecBole's form.",
  schema,
  presets: shared.presetsWith({ maxHistory: 16, inner: 64, layers: 1, dropout: 0.2, epochs: 10 }),
  query,
  create,
};

export const sasrecDefinition = idModelDefinition(sasrec);
