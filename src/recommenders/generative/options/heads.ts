// Heads: what scores items at once, beside the decoder, and guides it.
import { z } from "zod";
import { above, needs } from "../../options/needs.ts";
import { count, notNegative } from "../../options/number-types.ts";
import { inGroup } from "../../options/option.ts";
import { ASKED, HISTORY_IN_DIRECT, HISTORY_ROWS } from "./conditions.ts";

export const heads = inGroup("heads", {
  itemHead: notNegative
    .default(0)
    .describe(
      "weight of an auxiliary softmax over all items in sequential batches, which also guides the beams [R; the paper has none]",
    )
    .meta({ ...needs([ASKED.sequential, HISTORY_IN_DIRECT]), off: 0 }),
  candidateHead: notNegative
    .default(0)
    .describe(
      "weight of an auxiliary softmax over the prompt's candidates in direct batches, which also guides the beams [R; the paper has none]",
    )
    .meta({ ...needs(ASKED.direct), off: 0 }),
  headWeight: notNegative
    .default(1)
    .describe("weight of the head's log-probabilities of items beside the decoder's in beam search [R]")
    .meta({ ...needs([{ itemHead: above(0) }, { candidateHead: above(0) }]), off: 0 }),
  headShortcut: z
    .boolean()
    .default(false)
    .describe(
      "heads also score by the prompt's words as they are: the history's rows, weighted by recency, and e_u . e_v of a candidate [R]",
    )
    .meta({ ...needs([{ itemHead: above(0) }, { candidateHead: above(0), directWord: "individual" }]), off: false }),
  historyMap: z
    .boolean()
    .default(false)
    .describe(
      "the mean of the history's rows passes a learned map [width, width] before it asks the same rows, so that what follows an item need not be what it follows [R]",
    )
    .meta({ ...needs(HISTORY_ROWS), off: false }),
  headStartEpochs: count
    .default(0)
    .describe(
      "passes over every position of the training prefixes that fit the item head's shortcut (rows, recencies, map) to the next item before the backbone starts [R]",
    )
    .meta({ ...needs(HISTORY_ROWS), off: 0 }),
  headStartSteps: count
    .default(0)
    .describe("most steps of the head start, whatever its epochs come to; 0 = no limit [R]")
    .meta({ ...needs(HISTORY_ROWS, { headStartEpochs: above(0) }), off: 0 }),
  candidateHistory: z
    .boolean()
    .default(false)
    .describe(
      "the candidate head also scores candidates by the item head's rows of the user's history, which a direct prompt does not hold [R]",
    )
    .meta({ ...needs(HISTORY_ROWS, { candidateHead: above(0) }, ASKED.direct), off: false }),
});
