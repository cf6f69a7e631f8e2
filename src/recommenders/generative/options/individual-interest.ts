// Individual interests: users and items on the interaction graph, items from texts.
import { z } from "zod";
import { ADAPTER_STARTS } from "../../../interests/adapter.ts";
import { ITEM_SOURCES } from "../../../interests/individual-interests.ts";
import { above, needs } from "../../options/needs.ts";
import { count, notNegative, positive, positiveCount } from "../../options/number-types.ts";
import { inGroup } from "../../options/option.ts";
import { INDIVIDUAL_EXISTS, READS_GROUP, READS_INDIVIDUAL, SCALED_BY_SIGMA } from "./conditions.ts";

/** An adapter maps texts, or says how large items are without one. */
const ADAPTS = [{ itemSource: ["semantic", "semantic+free"] }, { itemSize: "adapted" }] as const;
const READS_TEXTS = [
  { itemSource: ["semantic", "semantic+free", "frozen-semantic"] },
  { itemSize: "adapted" },
] as const;

export const individualInterest = inGroup("individual interest", {
  sigma: positive
    .default(6)
    .describe("standard deviation of E_u at the start [E: 5-6]")
    .meta(needs([...INDIVIDUAL_EXISTS, ...SCALED_BY_SIGMA])),
  individualLayers: count
    .default(4)
    .describe("L, LightGCN layers on the user-item graph [E]")
    .meta(needs([...INDIVIDUAL_EXISTS, ...SCALED_BY_SIGMA])),
  itemSource: z
    .enum(ITEM_SOURCES)
    .default("semantic")
    .describe(
      "where an item's vector comes from: semantic = adapter(S~_v) [P]; semantic+free adds a trained correction [R]; the others are ablations",
    )
    .meta(needs(INDIVIDUAL_EXISTS)),
  adapterStart: z
    .enum(ADAPTER_STARTS)
    .default("sized")
    .describe(
      "how the adapter (eq. 2) begins: sized = items as large as users, sigma [R]; linear = uniform within 1/sqrt(inputs), biases too, which leaves items far smaller than users [A]",
    )
    .meta(needs(INDIVIDUAL_EXISTS, ADAPTS)),
  textScale: z
    .enum(["unit", "kept"])
    .default("unit")
    .describe(
      "size of the reduced texts S~_v: unit = a root mean square of 1, or of sigma where no adapter follows [R]; kept = as PCA leaves them [P, A]",
    )
    .meta(needs(INDIVIDUAL_EXISTS, READS_TEXTS)),
  itemSize: z
    .enum(["own", "adapted"])
    .default("own")
    .describe(
      "root mean square of items at the start where no adapter reads their texts: own = sigma, or as textScale leaves texts; adapted = that of the items that this adapter would make of these texts, so that ablations start at one scale [R]",
    )
    .meta({
      ...needs(INDIVIDUAL_EXISTS, { itemSource: ["frozen-semantic", "free", "frozen-free"] }),
      off: "own",
    }),
  semanticWidth: positiveCount
    .default(256)
    .describe("d_m, width after PCA [R]")
    .meta(needs(INDIVIDUAL_EXISTS, READS_TEXTS)),
  warmStartEpochs: count
    .default(0)
    .describe(
      "passes of BPR (LightGCN's training) over training pairs before the backbone starts [R; the paper has none]",
    )
    .meta({ ...needs(INDIVIDUAL_EXISTS), off: 0 }),
  warmStartSteps: count
    .default(0)
    .describe("most steps of the warm start, whatever its epochs come to: many ratings need no more; 0 = no limit [R]")
    .meta({ ...needs(INDIVIDUAL_EXISTS, { warmStartEpochs: above(0) }), off: 0 }),
  warmStartBatch: positiveCount
    .default(8192)
    .describe("pairs per warm-start step")
    .meta(needs(INDIVIDUAL_EXISTS, { warmStartEpochs: above(0) })),
  warmStartLearningRate: positive
    .default(2e-3)
    .describe("Adam learning rate of the warm start")
    .meta(needs(INDIVIDUAL_EXISTS, { warmStartEpochs: above(0) })),
  warmStartRegularisation: notNegative
    .default(1e-2)
    .describe(
      "weight of the squared lengths beside BPR in the warm start; the larger, the shorter vectors stay, most of all where people took many items",
    )
    .meta(needs(INDIVIDUAL_EXISTS, { warmStartEpochs: above(0) })),
  warmStartPatience: count
    .default(0)
    .describe(
      "looks at validation items, one in five epochs, without a better one that end the warm start; the best is kept; 0 = all epochs, and no look",
    )
    .meta({ ...needs(INDIVIDUAL_EXISTS, { warmStartEpochs: above(0) }), off: 0 }),
  interestEvery: count
    .default(1)
    .describe(
      "propagate and update individual interests every n steps; 1 = every step [P], 0 = keep them as the warm start left them",
    )
    .meta({ ...needs(READS_INDIVIDUAL), off: 0 }),
  interestLearningRate: positive
    .default(1e-3)
    .describe("AdamW learning rate of E_u, adapter and H^(0)")
    .meta(
      needs([
        ...READS_INDIVIDUAL.map((one) => ({ ...one, interestEvery: above(0) })),
        ...READS_GROUP.map((one) => ({ ...one, groupEvery: above(0) })),
      ]),
    ),
});
