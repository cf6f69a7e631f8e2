// Losses beside the heads' own.
import { z } from "zod";
import { LOSS_FORMS } from "../../../interests/contrastive.ts";
import { above, needs } from "../../options/needs.ts";
import { fraction, notNegative, positive } from "../../options/number-types.ts";
import { inGroup } from "../../options/option.ts";
import { ASKED, COMPACT } from "./conditions.ts";

export const losses = inGroup("losses", {
  lambdaDirect: notNegative
    .default(1)
    .describe("weight of L_DS (eq. 8, direct and explanation batches) [P: 1; both in the authors' code]")
    .meta({ ...needs(ASKED.byGraph), off: 0 }),
  lambdaSequential: notNegative
    .default(1)
    .describe("weight of L_S (eq. 9, sequential batches) [P: 1]")
    .meta({ ...needs(ASKED.sequential), off: 0 }),
  temperature: positive
    .default(0.1)
    .describe("tau of eq. 8 and 9 [R]")
    .meta(needs([{ lambdaDirect: above(0) }, { lambdaSequential: above(0) }])),
  distillTeacher: z
    .enum(["h", "e"])
    .default("h")
    .describe("whose gradient eq. 8 stops: h = the equation [P], e = the opening of its section [R, A3]")
    .meta(needs({ lambdaDirect: above(0) }, ASKED.byGraph)),
  lossForm: z
    .enum(LOSS_FORMS)
    .default("cross-pair")
    .describe(
      "form of eq. 8 and 9: cross-pair compares each user with the others [R, A2]; printed sums matched pairs, which rewards equality instead of alignment [P]; soft-target is symmetric, over dot products, with targets from how alike users of a batch are [A]",
    )
    .meta(needs([{ lambdaDirect: above(0) }, { lambdaSequential: above(0) }])),
  alignWith: z
    .enum(["items", "words"])
    .default("items")
    .describe(
      "e_u of eq. 9: items, the mean whole word of the prompt's items [P]; words, that of every token's position, padding too, which with ordinals tells little but lengths [A, A1]",
    )
    .meta(needs({ lambdaSequential: above(0) }, ASKED.sequential)),
  tokenSoftmax: z
    .enum(["vocabulary", "tree"])
    .default("vocabulary")
    .describe(
      "what a token of an answer competes with: every token [P], or tokens that lead to an item that may be answered, which spares learning the tree of codes [R]",
    )
    .meta(needs(COMPACT)),
  labelSmoothing: fraction
    .default(0)
    .describe("share of probability spread over all tokens that compete in L_gen; 0 = eq. 11 [P]"),
  labelPadding: z
    .enum(["masked", "trained"])
    .default("masked")
    .describe("trained: padding of answers counts as tokens to learn, as in POD and ELMRec (protocol paper only) [E]"),
});
