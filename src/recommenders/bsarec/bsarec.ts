// BSARec (Shin et al. 2024): each block adds a low-pass filter along the history, with what it leaves of high
// frequencies learned, to self-attention. The state of the newest item scores all items; one instance per target.
// Deviations: a pad is a vector of zeros and reads itself alone, where the authors' pads are a learned row that reads
// everything; cross entropy ranks items alone, theirs the padding row too.
import { z } from "zod";
import {
  add,
  type LearnedTensors,
  matmul,
  mul,
  normal,
  reshape,
  slice,
  sub,
  type Tensor,
  type Trace,
} from "../../engine/index.ts";
import { idModelDefinition } from "../id-models/definition.ts";
import { keptFrequencies, lowPass } from "../id-models/frequency.ts";
import type { Histories, IdModelSpec, IdTrainingData, Query, QueryContext } from "../id-models/id-model.ts";
import { layerNorm, normLayer } from "../id-models/layers.ts";
import { causalSelfMask, itemSlots, positionsFromEnd, slotRows } from "../id-models/left-padded.ts";
import { nextItemTraining } from "../id-models/next-item-training.ts";
import * as shared from "../id-models/options.ts";
import { attend, dropIn, feedForward, START, transformerLayers } from "../id-models/transformer.ts";
import { dropoutShare, fraction, positive, positiveCount } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";

const schema = z
  .strictObject({
    ...shared.sharedOptions,
    ...inGroup("training", {
      learningRate: positive
        .default(5e-4)
        .describe("Adam learning rate, constant [A: 5e-4 for Beauty, 1e-3 elsewhere]"),
      batch: positiveCount.default(256).describe("training instances per step [A]"),
      ...shared.selectionOption("sequential"),
    }),
    ...inGroup("model", {
      maxHistory: shared.historyOption.describe("slots that the filter sees, pads included [A]"),
      ...shared.transformerOptions,
      heads: positiveCount.default(1).describe("attention heads, a divisor of the width [A: 1 for Beauty]"),
      dropout: dropoutShare.default(0.5).describe("of embeddings, attention, filters and sublayers [A]"),
      alpha: fraction
        .default(0.7)
        .describe("share of the filter in a block; the rest is attention's [A: .7 for Beauty]"),
      c: positiveCount.default(5).describe("the filter keeps the mean and c / 2 frequencies [A: 5 for Beauty]"),
    }),
    ...shared.sequenceLoss,
  })
  .refine(({ width, heads }) => width % heads === 0, { path: ["heads"], message: "must divide width" });

type Options = z.infer<typeof schema>;

const learned = ({ options, nItems }: Pick<QueryContext<Options>, "options" | "nItems">) =>
  ({
    items: { name: "items", shape: [nItems, options.width], rows: "items", init: START },
    positions: { name: "positions", shape: [options.maxHistory, options.width], init: START },
    startNorm: normLayer("startNorm", options.width),
    blocks: transformerLayers("blocks", options).map((block, l) => ({
      ...block,
      highs: { name: `blocks.${l}.highs`, shape: [options.width], init: normal(1) },
      filterNorm: normLayer(`blocks.${l}.filterNorm`, options.width),
    })),
  }) satisfies LearnedTensors;

type FilterBlock = ReturnType<typeof learned>["blocks"][number];

/** low + highs^2 (x - low) on the newest `asked` slots, added to them: [rows, asked, d]. */
function filtered(
  t: Trace,
  layers: FilterBlock,
  states: Tensor,
  asked: number,
  c: number,
  drop: (x: Tensor) => Tensor,
): Tensor {
  const length = states.shape[1]!;
  const newest = (x: Tensor, axis: number): Tensor => slice(x, axis, length - asked, length);
  const pass = t.constant(`lowPass${length}`, lowPass(length, keptFrequencies(c)), [length, length]);
  const low = matmul(newest(pass, 0), states);
  const root = t.parameter(layers.highs);
  const own = newest(states, 1);
  const kept = add(low, mul(sub(own, low), mul(root, root)));
  return layerNorm(t, layers.filterNorm, add(drop(kept), own));
}

const query: Query<Options> = {
  readsUser: false,
  padding: "left",
  // The filter sees pads: a shorter history is not a smaller problem.
  lengths: ({ maxHistory }) => [maxHistory],
  build(t: Trace, context: QueryContext<Options>, histories: Histories): Tensor {
    const { options, nItems, isTraining } = context;
    const { rows, length } = histories;
    const tensors = learned({ options, nItems });
    const blockOptions = { ...options, isTraining };
    const items = mul(slotRows(t, t.parameter(tensors.items), histories), itemSlots(t, histories));
    const read = layerNorm(t, tensors.startNorm, add(items, positionsFromEnd(t, tensors.positions, length)));
    const mask = causalSelfMask(t, histories);
    const newest = tensors.blocks.reduce((states, layers, l) => {
      const asked = l === tensors.blocks.length - 1 ? 1 : length;
      const asking = slice(states, 1, length - asked, length);
      const seen = slice(mask, 2, length - asked, length);
      const attended = attend(t, layers, { asking, states, mask: seen }, blockOptions);
      const passed = filtered(t, layers, states, asked, options.c, dropIn(blockOptions));
      const mixed = add(mul(passed, options.alpha), mul(attended, 1 - options.alpha));
      return feedForward(t, layers, mixed, blockOptions);
    }, dropIn(blockOptions)(read));
    return reshape(newest, [rows, options.width]);
  },
};

function create(options: Options, data: IdTrainingData) {
  const tensors = learned({ options, nItems: data.nItems });
  return { tensors, ...nextItemTraining(options, data, query, (t) => t.parameter(tensors.items)) };
}

export const bsarec: IdModelSpec<Options> = {
  name: "bsarec",
  title: "BSARec",
  citation:
    "Shin, Choi, Wi, Park. An Attentive Inductive Bias for Sequential Recommendation beyond the Self-Attention. AAAI 2024.",
  schema,
  presets: shared.presetsWith({ maxHistory: 16, inner: 64, dropout: 0.2, epochs: 10 }),
  query,
  create,
};

export const bsarecDefinition = idModelDefinition(bsarec);
