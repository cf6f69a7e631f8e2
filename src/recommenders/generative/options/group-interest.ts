// Group interests: users on the graph of users with similar texts.
import { z } from "zod";
import { above, needs } from "../../options/needs.ts";
import { count, notNegative, positive, positiveCount } from "../../options/number-types.ts";
import { inGroup } from "../../options/option.ts";
import { READS_GROUP } from "./conditions.ts";

export const groupInterest = inGroup("group interest", {
  neighbours: positiveCount.default(100).describe("k, similar users per user (eq. 6) [P]").meta(needs(READS_GROUP)),
  neighbourSearch: z
    .enum(["exact", "approximate"])
    .default("exact")
    .describe(
      "exact: every pair of users [P]; approximate: a small-world graph, for millions of users, with its recall reported (package usearch) [R]",
    )
    .meta(needs(READS_GROUP)),
  groupLayers: count.default(2).describe("L', LightGCN layers on the user graph [R]").meta(needs(READS_GROUP)),
  groupSelf: z
    .boolean()
    .default(true)
    .describe("whether h_u holds the user's own row H^(0)_u: true = eq. 7 [P]; false = similar users alone [R]")
    .meta(needs(READS_GROUP)),
  groupSelfLoop: z
    .boolean()
    .default(false)
    .describe(
      "count users among their own neighbours: eq. 6 takes these from all of U [P], and the authors' code adds a self loop to k others [A]",
    )
    .meta({ ...needs(READS_GROUP, { groupSelf: true }), off: false }),
  groupSelfAmong: z
    .boolean()
    .default(false)
    .describe(
      "true: the user is one of the k, which leaves k - 1 others, as eq. 6 is printed [P]; false: besides k others [A]",
    )
    .meta({ ...needs(READS_GROUP, { groupSelf: true, groupSelfLoop: true }), off: false }),
  groupStart: z
    .enum(["random", "individual"])
    .default("random")
    .describe("start of H^(0): N(0, 1) [R] or the users' individual interests after the warm start [R]")
    .meta(needs(READS_GROUP)),
  groupSigma: positive
    .default(1)
    .describe("standard deviation of a random H^(0) [R; A: 5, as E_u's]")
    .meta(needs(READS_GROUP, { groupStart: "random" })),
  groupEvery: count
    .default(1)
    .describe("propagate and update group interests every n steps; 1 = every step [P], 0 = keep")
    .meta({ ...needs(READS_GROUP), off: 0 }),
  groupLearningRate: notNegative
    .default(0)
    .describe("AdamW learning rate of H^(0) where it differs; 0 = interestLearningRate, as E_u's [R]")
    .meta({ ...needs(READS_GROUP, { groupEvery: above(0) }), off: 0 }),
});
