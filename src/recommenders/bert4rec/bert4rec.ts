// BERT4Rec (Sun et al. 2019) in RecBole's form: masked items are guessed from both sides; to recommend, a mask follows
// the history. Deviations: masked items are always replaced by the mask token and half of the prefixes mask the last
// item alone (both RecBole's); whole training prefixes are masked, several times an epoch (see `cloze-batches.ts`);
// every masked item counts, where RecBole keeps the last ten of each history.
import { z } from "zod";
import { add, constant, dropout, gather, gelu, reshape, slice, type Tensor, type Trace } from "../../engine/index.ts";
import { catalogueCrossEntropy } from "../id-models/catalogue-loss.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import { lengthBuckets } from "../id-models/histories.ts";
import type {
  BatchExtents,
  Histories,
  IdModelSpec,
  IdTrainingData,
  Query,
  QueryContext,
} from "../id-models/id-model.ts";
import { catalogue, layerNorm, linear, linearLayer, normLayer } from "../id-models/layers.ts";
import * as shared from "../id-models/options.ts";
import { historiesOf, joined } from "../id-models/queries.ts";
import { slotTargetInputs } from "../id-models/slot-targets.ts";
import { paddingMask, START, transformer, transformerLayers } from "../id-models/transformer.ts";
import { below, needs } from "../options/needs.ts";
import { dropoutShare, fraction, positiveCount } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";
import { ClozeBatches } from "./cloze-batches.ts";

const schema = z
  .strictObject({
    ...shared.sharedOptions,
    ...inGroup("training", {
      batch: positiveCount.default(256).describe("training prefixes per step [A]"),
      ...shared.selectionOption("sequential"),
    }),
    ...inGroup("model", {
      maxHistory: shared.historyOption.describe("most recent items that are read, the mask included [A, B]"),
      ...shared.transformerOptions,
      dropout: dropoutShare
        .default(0.2)
        .describe("of embeddings, attention and sublayers [B]")
        .meta(shared.ONE_DROPOUT),
    }),
    ...inGroup("loss", {
      maskShare: fraction
        .default(0.2)
        .describe("share of items that are masked [B; A: .6 for Beauty]")
        .meta({ alias: ["mask_ratio"], ...needs({ lastShare: below(1) }) }),
      lastShare: fraction
        .default(0.5)
        .describe("share of prefixes in which the last item alone is masked [B]")
        .meta({ alias: ["ft_ratio"] }),
      copies: positiveCount.default(10).describe("masked copies of every prefix per epoch [A: 10]"),
    }),
  })
  .refine(({ width, heads }) => width % heads === 0, { path: ["heads"], message: "must divide width" });

type Options = z.infer<typeof schema>;

/** What is learned. Rows of `items`: the items, padding, the mask token. */
function learned({ options, nItems }: Pick<QueryContext<Options>, "options" | "nItems">) {
  const d = options.width;
  return {
    items: { name: "items", shape: [nItems + 2, d], rows: "items", init: START },
    positions: { name: "positions", shape: [options.maxHistory, d], init: START },
    outputBias: { name: "outputBias", shape: [nItems], rows: "items", init: constant(0) },
    startNorm: normLayer("startNorm", d),
    blocks: transformerLayers("blocks", options),
    head: linearLayer("head", { inputs: d, outputs: d }, START),
    headNorm: normLayer("headNorm", d),
  };
}

type Learned = ReturnType<typeof learned>;

/** States of all slots: [rows * length, d]. */
function encode(t: Trace, context: QueryContext<Options>, { history, used, rows, length }: Histories): Tensor {
  const { options, isTraining } = context;
  const tensors = learned(context);
  const items = gather(t.parameter(tensors.items), history); // [rows, length, d]
  const positions = slice(t.parameter(tensors.positions), 0, 0, length);
  const start = dropout(layerNorm(t, tensors.startNorm, add(items, positions)), isTraining ? options.dropout : 0);
  const mask = paddingMask(t, used, length);
  const states = transformer(t, tensors.blocks, start, mask, { ...options, isTraining });
  return reshape(states, [rows * length, options.width]);
}

/** What the states of masked slots guess: [places, d]. */
function guess(t: Trace, states: Tensor, places: Tensor, { head, headNorm }: Learned): Tensor {
  return layerNorm(t, headNorm, gelu(linear(t, head, gather(states, places))));
}

const query: Query<Options> = {
  padding: "right",
  readsUser: false,
  lengths: ({ maxHistory }) => lengthBuckets(maxHistory),
  token: (nItems) => nItems + 1,
  build: (t, context, histories) => guess(t, encode(t, context, histories), histories.last, learned(context)),
};

function create(options: Options, data: IdTrainingData) {
  const { nUsers, nItems, facts } = data;
  const { batch, copies, maskShare, lastShare } = options;
  const context = { options, nUsers, nItems, facts, isTraining: true };
  const tensors = learned(context);
  const tables = (t: Trace) => ({
    items: catalogue(t, tensors.items, nItems),
    bias: t.parameter(tensors.outputBias),
  });
  return {
    tensors,
    batches: new ClozeBatches({ data, batch, copies, maskShare, lastShare, lengths: query.lengths(options) }),
    tables,
    objective(t: Trace, shape: BatchExtents) {
      const { places, target, weight } = t.inputs(slotTargetInputs(shape.targets!));
      const states = joined(historiesOf(t, shape).map((histories) => encode(t, context, histories)));
      const query = guess(t, states, places, tensors);
      return { loss: catalogueCrossEntropy({ query, ...tables(t) }, target, weight) };
    },
  };
}

export const bert4rec: IdModelSpec<Options> = {
  name: "bert4rec",
  title: "BERT4Rec",
  citation:
    "Sun, Liu, Wu, Pei, Lin, Ou, Jiang. BERT4Rec: Sequential Recommendation with Bidirectional Encoder Representations from Transformer. CIKM 2019; RecBole's form.",
  schema,
  presets: shared.presetsWith({
    maxHistory: 16,
    inner: 64,
    layers: 1,
    batch: 128,
    copies: 4,
    maskShare: 0.3,
    dropout: 0.1,
    epochs: 20,
  }),
  query,
  create,
};

export const bert4recDefinition = idModelDefinition(bert4rec);
