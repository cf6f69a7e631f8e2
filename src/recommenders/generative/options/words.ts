// Whole words: what is added to a prompt's tokens so that the pieces of one id belong together.
import { z } from "zod";
import { above, needs } from "../../options/needs.ts";
import { notNegative, positive } from "../../options/number-types.ts";
import { inGroup } from "../../options/option.ts";
import { ASKED } from "./conditions.ts";

export const words = inGroup("words", {
  beta: notNegative
    .default(6)
    .describe("beta, weight of whole-word embeddings (eq. 1); ELMRec used 1 to 11, 6 for Beauty's sequential task [E]"),
  betaDirect: notNegative
    .default(0)
    .describe("beta of direct and explanation prompts where it differs; 0 = beta [A: 11; E tunes it per task]")
    .meta({ ...needs(ASKED.byGraph), off: 0 }),
  betaSequential: notNegative
    .default(0)
    .describe("beta of sequential prompts where it differs; 0 = beta [A: 2 to 9; E tunes it per task]")
    .meta({ ...needs(ASKED.sequential), off: 0 }),
  normaliseWords: z
    .boolean()
    .default(false)
    .describe("divide fed interests by their root mean square at the start, so that beta alone sets their size [R]")
    .meta(
      needs([
        { sequentialWord: "item" },
        { directWord: "individual" },
        { itemHead: above(0) },
        { prompts: above(0), promptStart: "normal" },
      ]),
    ),
  sequentialWord: z
    .enum(["item", "position"])
    .default("item")
    .describe("what omega^s indexes: items [R, A1], or the ordinals of words [E, D, 5]")
    .meta(needs(ASKED.sequential)),
  directWord: z
    .enum(["individual", "position"])
    .default("individual")
    .describe(
      "whole words of direct prompts: rows of the graph table (eq. 5) [P, E], or the ordinals of words [D, 5]; explanations have the same",
    )
    .meta(needs(ASKED.byGraph)),
  ordinals: z
    .enum(["ids", "words"])
    .default("ids")
    .describe("what ordinals count: id words alone, others being omega_0 [E, D], or every word of the prompt [5]"),
  ordinalScale: positive
    .default(1)
    .describe("standard deviation of ordinal whole words at the start [E, D, 5]")
    .meta(needs([{ sequentialWord: "position" }, { directWord: "position" }])),
  sequentialUser: z
    .enum(["shared", "individual", "history"])
    .default("shared")
    .describe(
      "the user's word in sequential prompts: one shared row [R, A1], the user's individual interest, which in training holds the answer, or the mean individual interest of the prompt's items, which does not [R]",
    )
    .meta(needs(ASKED.sequential)),
  groupWord: z
    .boolean()
    .default(false)
    .describe(
      "give the group interest h_u a position in the prompt; false = the paper, where it acts through losses alone [R]",
    ),
  recency: z
    .boolean()
    .default(false)
    .describe("add an embedding of how recent each history item is [R]")
    .meta({ ...needs(ASKED.sequential), off: false }),
  interaction: z
    .boolean()
    .default(false)
    .describe("add w * e_u * e_v (element-wise) to candidates' words [R]")
    .meta({ ...needs({ directWord: "individual" }, ASKED.byGraph), off: false }),
});
