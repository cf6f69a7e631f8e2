// SASRec (Kang and McAuley 2018) in RecBole's form: the history, right-padded, through a causal transformer; the state
// of the newest item scores all items. Deviations from the paper, all RecBole's: one instance per target instead of a
// loss at every position, post-norm blocks with GELU, N(0, 0.02^2) starts, and cross entropy over all items by default,
// with which the model does far better than with the paper's one sampled negative.
import { z } from "zod";
import { add, dropout, gather, slice, type Tensor, type Trace } from "../../engine/index.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import { lengthBuckets } from "../id-models/histories.ts";
import type { Histories, IdModelSpec, IdTrainingData, Query, QueryContext } from "../id-models/id-model.ts";
import { catalogue, layerNorm, normLayer } from "../id-models/layers.ts";
import { nextItemTraining } from "../id-models/next-item-training.ts";
import * as shared from "../id-models/options.ts";
import { newestStates, START, transformerLayers } from "../id-models/transformer.ts";
import { dropoutShare } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";

const schema = z
  .strictObject({
    ...shared.sharedOptions,
    ...shared.selectionOption("sequential"),
    ...inGroup("model", {
      maxHistory: shared.historyOption,
      ...shared.transformerOptions,
      dropout: dropoutShare
        .default(0.5)
        .describe("of embeddings, attention and sublayers [A, B]")
        .meta(shared.ONE_DROPOUT),
    }),
    ...shared.sequenceLoss,
  })
  .refine(({ width, heads }) => width % heads === 0, { path: ["heads"], message: "must divide width" });

type Options = z.infer<typeof schema>;

/** What is learned. The last item row stands for padding. */
const learned = ({ options, nItems }: Pick<QueryContext<Options>, "options" | "nItems">) => ({
  items: { name: "items", shape: [nItems + 1, options.width], rows: "items", init: START },
  positions: { name: "positions", shape: [options.maxHistory, options.width], init: START },
  startNorm: normLayer("startNorm", options.width),
  blocks: transformerLayers("blocks", options),
});

const query: Query<Options> = {
  padding: "right",
  readsUser: false,
  lengths: ({ maxHistory }) => lengthBuckets(maxHistory),
  build(t: Trace, context: QueryContext<Options>, histories: Histories): Tensor {
    const { options, isTraining } = context;
    const tensors = learned(context);
    const items = gather(t.parameter(tensors.items), histories.history); // [rows, length, d]
    const positions = slice(t.parameter(tensors.positions), 0, 0, histories.length);
    const start = layerNorm(t, tensors.startNorm, add(items, positions));
    // Pads come after the newest item, so the causal mask hides them too.
    const kept = dropout(start, isTraining ? options.dropout : 0);
    return newestStates(t, tensors.blocks, kept, histories, { ...options, isTraining });
  },
};

function create(options: Options, data: IdTrainingData) {
  const { nItems } = data;
  const tensors = learned({ options, nItems });
  return { tensors, ...nextItemTraining(options, data, query, (t) => catalogue(t, tensors.items, nItems)) };
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
