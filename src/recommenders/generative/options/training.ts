// Training: what is drawn, the optimiser, and when it ends.
import { z } from "zod";
import { SCHEDULES } from "../../../training/schedule.ts";
import { needs } from "../../options/needs.ts";
import { count, fraction, notNegative, positive, positiveCount } from "../../options/number-types.ts";
import { inGroup } from "../../options/option.ts";
import { ASKED, HISTORY_IN_DIRECT } from "./conditions.ts";

export const training = inGroup("training", {
  tasks: z
    .enum(["both", "sequential", "direct", "explanation", "three"])
    .default("both")
    .describe(
      "one joint model for both tasks that recommend, or a model for one of them, as ELMRec was tuned [E, A15]; three adds sentences that explain an item to a user, in batches of all three in turn [P, E, D], explanation learns these alone",
    ),
  explanationTokens: positiveCount
    .default(20)
    .describe("most tokens of a sentence that is learnt or written, its end included [E, D]")
    .meta(needs(ASKED.explanation)),
  explanationLeast: count
    .default(0)
    .describe(
      "fewest tokens of a sentence that is written, before its end; 0 = the model ends it when it likes [E, D: 9]",
    )
    .meta({ ...needs(ASKED.explanation), off: 0 }),
  batch: positiveCount.default(64).describe("examples per batch, both tasks [P]"),
  batchOrder: z
    .enum(["sorted", "random"])
    .default("sorted")
    .describe(
      "sorted: eight batches are drawn together and sorted by length, to save padding [R]; random: as drawn, so that the others of a batch, which eq. 8 and 9 compare with, have any length [P]",
    ),
  accumulate: positiveCount
    .default(1)
    .describe(
      "micro-batches that a batch is computed in, for less memory: gradients are summed before the one update, and losses that compare the users of a batch still see all of it [R]",
    ),
  trainNegatives: positiveCount
    .default(99)
    .describe("negatives in a direct training prompt [P]")
    .meta(needs(ASKED.direct)),
  maxHistory: positiveCount
    .default(20)
    .describe("most recent items that a sequential prompt holds, and that heads read [E]")
    .meta(needs([ASKED.sequential, HISTORY_IN_DIRECT])),
  segments: z
    .enum(["any", "ends"])
    .default("any")
    .describe(
      "sequential examples: any segment of the prefix [E, D], or from one of its first three items to one of its last three [5]",
    )
    .meta(needs(ASKED.sequential)),
  visitsPerEpoch: positive
    .default(2)
    .describe("visits of every user per task and epoch [E: 2.07-2.25]; 0.1 visits a tenth of the users in each"),
  learningRate: positive.default(1e-3).describe("AdamW learning rate of the backbone [E]"),
  weightDecay: notNegative.default(0.01).describe("AdamW weight decay [E]"),
  clipNorm: notNegative.default(0).describe("largest norm of a step's gradient [5: 1]; 0 = as it is [E, D]"),
  warmupSteps: count.default(0).describe("steps over which the learning rate rises from 0 [E: none]"),
  warmupShare: fraction.default(0).describe("the same as a share of all steps, where that is more [5: .05]"),
  schedule: z
    .enum(SCHEDULES)
    .default("constant")
    .describe(
      "learning rate after the warm-up [E: constant]; linear falls to 0 [5], cosine to a tenth, by the last epoch",
    ),
  epochs: positiveCount.default(100).describe("most epochs [E]"),
  patience: positiveCount.default(5).describe("epochs without improvement before stopping [P]"),
  selection: z
    .enum(["loss", "ndcg"])
    .default("loss")
    .describe("what the best checkpoint is chosen by, on validation: mean task loss [P] or mean NDCG@10 of both tasks"),
  validationUsers: count.default(2000).describe("users per validation, fixed by the seed; 0 = all [E, A]"),
  maxMinutes: notNegative
    .default(0)
    .describe("stop after the epoch in which this much training time is used up; 0 = no limit"),
  preparationMinutes: notNegative
    .default(0)
    .describe(
      "stop warm start and head start, each after its share, so that preparation takes about so long; 0 = no limit",
    ),
  checkpointEvery: positiveCount.default(200).describe("steps between checkpoints to resume from"),
});
