import { planSettings } from "../../pipeline/plan/settings.ts";
import { defineCommand } from "../command.ts";
import { planText } from "../plan-text.ts";

export const planCommand = defineCommand({
  path: ["plan"],
  summary: "say what a shop of some size takes: work, time, memory, storage, money",
  description:
    "Reads nothing and asks nobody: the figures are those that were measured with isrf on a machine that is named, carried\n" +
    "over to the machines that you describe, and grown beyond the sizes that were measured where they must be. How calls\n" +
    "and shards follow each other, with failures, stragglers and a service's limits, is simulated.",
  examples: [
    "isrf plan --users 1e7 --items 1e6 --histories 12 --llm openai:MODEL --batch --price-input 0.05 --price-output 0.2",
    "isrf plan --users 50000 --items 20000 --llm openai:MODEL --call-seconds 2 --concurrency 32 --calls-per-minute 500",
    "isrf plan --users 1e6 --items 1e5 --machines 8 --cores 32 --memory-gib 128 --machine-hour 1.5",
  ],
  arguments: [],
  options: planSettings,
  async run({ options }) {
    const { plan } = await import("../../pipeline/plan/index.ts");
    const planned = plan(options);
    return { json: planned, text: planText(planned) };
  },
});
