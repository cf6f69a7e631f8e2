import { z } from "zod";
import { WORK_SEED } from "../../base/seeds.ts";
import { reasonerSettings } from "../../reasoning/settings.ts";
import { refuseUnread } from "../beside.ts";
import { defineCommand } from "../command.ts";

/** Of the model that judges. */
const judgeSettings = reasonerSettings.pick({ anyModel: true, concurrency: true, threads: true });

export const reasonJudgeCommand = defineCommand({
  path: ["reason", "judge"],
  summary: "score a sample of the texts, by rule and by a model",
  description:
    "Draws items and users and checks their texts: whether replies are plain answers, FEATURE texts speak of the subject, names and numbers stand in the data, a NEGATIVE is more than the POSITIVE negated, and the steps hang together. Prints the shares and the chains that miss most. Rules see form and words, not truth; alone they ask nothing.\n\n" +
    "With --by, a language model answers the same questions by yes and no, one call a chain; the table says how far it agrees with the rules. What it said is kept beside the texts: the same chain is not asked again. A model that wrote the texts is no judge of them. Servers are found as by isrf reason.\n\n" +
    "--calibrate puts 108 replies of small models to it first that were read and labelled by hand (usable, or not), one call each, and prints how far it agrees with people: a judge that does so hardly more than by chance says little of your texts.",
  examples: [
    "isrf reason judge shop",
    "isrf reason judge shop --sample 1000 --page chains.html",
    "isrf reason judge shop --by openai:gpt-4.1-mini --calibrate",
  ],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: z
    .object({
      sample: z
        .number()
        .int()
        .min(1)
        .default(100)
        .describe("draw so many items, and as many users")
        .meta({ unit: "chains" }),
      seed: z.number().int().default(WORK_SEED).describe("draw by this seed"),
      page: z
        .string()
        .optional()
        .describe("write every chain that was drawn, with its subject, its flaws and what it took, into this HTML file")
        .meta({ value: "FILE", absent: "none" }),
      by: z
        .string()
        .optional()
        .describe("let this model judge too, as isrf reason --llm takes one")
        .meta({ value: "KIND:MODEL", absent: "rules alone" }),
      calibrate: z
        .boolean()
        .default(false)
        .describe("ask that model first about 108 replies that people labelled, and print how far it agrees with them"),
    })
    .extend(judgeSettings.shape),
  async run({ arguments: { dir }, options }, context) {
    const { sample, seed, page, by, calibrate, anyModel, concurrency, threads } = options;
    const { report, signal } = context;
    refuseUnread(context, [
      { flag: "--by", isGiven: by !== undefined, options: ["calibrate", ...Object.keys(judgeSettings.shape)] },
    ]);
    const [{ openDataset }, { judgeChains, makeJudges, writeChainsPage }, { judgeText }] = await Promise.all([
      import("../../data/index.ts"),
      import("../../pipeline/reason/index.ts"),
      import("../judge-text.ts"),
    ]);
    const judges = by === undefined ? undefined : makeJudges(by, { anyModel, concurrency, threads }, report);
    const dataset = await openDataset(dir, report);
    const { chains, writing, ...result } = await judgeChains({
      dataset,
      sample,
      seed,
      judges,
      calibrates: calibrate,
      report,
      signal,
    });
    if (page !== undefined) await writeChainsPage(page, { ...result, chains, writing, name: dataset.manifest.name });
    return { json: result, text: judgeText(result, page) };
  },
});
