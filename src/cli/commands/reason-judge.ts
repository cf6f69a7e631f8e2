import { z } from "zod";
import { WORK_SEED } from "../../base/seeds.ts";
import { defineCommand } from "../command.ts";
import { judgeText } from "../judge-text.ts";

export const reasonJudgeCommand = defineCommand({
  path: ["reason", "judge"],
  summary: "score a sample of the texts by rule",
  description:
    "Draws items and users and checks their texts: whether replies are plain answers, FEATURE texts speak of the subject, names and numbers stand in the data, a NEGATIVE is more than the POSITIVE negated, and the steps hang together. Prints the shares and the chains that miss most. Rules see form and words, not truth. Asks nothing.",
  examples: ["isrf reason judge shop", "isrf reason judge shop --sample 1000 --json"],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: z.object({
    sample: z
      .number()
      .int()
      .min(1)
      .default(100)
      .describe("draw so many items, and as many users")
      .meta({ unit: "chains" }),
    seed: z.number().int().default(WORK_SEED).describe("draw by this seed"),
  }),
  async run({ arguments: { dir }, options }, { report }) {
    const [{ openDataset }, { judgeReasoning }] = await Promise.all([
      import("../../data/index.ts"),
      import("../../pipeline/reason/index.ts"),
    ]);
    const result = await judgeReasoning({ dataset: await openDataset(dir, report), ...options, report });
    return { json: result, text: judgeText(result) };
  },
});
