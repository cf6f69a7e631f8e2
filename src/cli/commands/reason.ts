import { z } from "zod";
import { defineCommand } from "../command.ts";

export const reasonCommand = defineCommand({
  path: ["reason"],
  summary: "write the chain texts of items and users",
  description:
    "Writes three texts for every item and user (positive, negative, feature) into DIR/reasoning. Answers are kept in a\n" +
    "journal: a stopped run continues where it was, and nothing is asked twice. The offline reasoner works by rule from the\n" +
    "catalogue and the training interactions; its texts are labelled as rule-based.",
  examples: ["isrf reason shop", "isrf reason shop --llm offline --seed 7"],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: z.object({
    llm: z.string().default("offline").describe("who reasons; known kinds: offline").meta({ value: "KIND[:MODEL]" }),
    seed: z.number().int().default(2026).describe("draws the items that stand for long histories"),
  }),
  async run({ arguments: { dir }, options }, { report, signal }) {
    const [{ openDataset, splitLeaveLastTwo }, { makeReasoner }, { reasonDataset }] = await Promise.all([
      import("../../data/index.ts"),
      import("../../pipeline/reasoners.ts"),
      import("../../pipeline/reason.ts"),
    ]);
    const dataset = await openDataset(dir);
    const split = splitLeaveLastTwo(dataset);
    const reasoner = makeReasoner(options.llm, dataset, split);
    const result = await reasonDataset({ dataset, split, reasoner, seed: options.seed, report, signal });
    const { items, users, tally } = result;
    const text = [
      `texts by      ${result.source}`,
      `items         ${items.complete} of ${items.subjects} complete`,
      `users         ${users.complete} of ${users.subjects} complete`,
      `answers       ${tally.asked} asked, ${tally.reused} from the journal, ${tally.failed} failed`,
      `tokens        ${tally.promptTokens} in prompts, ${tally.completionTokens} in answers`,
      `time          ${result.seconds.toFixed(1)} s`,
    ];
    return { json: result, text: text.join("\n") };
  },
});
