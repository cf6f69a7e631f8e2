import { z } from "zod";
import { DEVICES } from "../../engine/session/device.ts";
import { defineCommand } from "../command.ts";
import { explanationText } from "../explanation-text.ts";

export const explainCommand = defineCommand({
  path: ["explain"],
  summary: "why a user is recommended these items",
  description:
    "For the user's first recommendations: which items of the own history speak for each (how far its score falls without them), which similar users do (what they have and what they share with this user), and which of the two interests moved its rank, by taking each away in turn.",
  examples: ["isrf explain run --user 4711", "isrf explain run --user 4711 --top 3 --json"],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: z.object({
    user: z.string().describe("user id as in the imported data").meta({ value: "ID" }),
    top: z.number().int().min(1).max(50).default(5).describe("recommendations to explain").meta({ unit: "items" }),
    dataset: z.string().optional().describe("where the dataset lies now, if it has moved").meta({ value: "DIR" }),
    device: z.enum(DEVICES).optional().describe("where to compute; default: as trained"),
    threads: z.number().int().min(1).optional().describe("CPU threads; default: one per core"),
  }),
  async run({ arguments: { run }, options }, { report }) {
    const { explain } = await import("../../pipeline/explain/index.ts");
    const explanation = await explain(run, { ...options, report });
    return { json: explanation, text: explanationText(explanation) };
  },
});
