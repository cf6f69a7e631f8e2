import { z } from "zod";
import { defineCommand } from "../command.ts";

export const compareCommand = defineCommand({
  path: ["compare"],
  summary: "set evaluated runs side by side, with paired tests",
  description:
    "Reads evaluation.json of each run and tests every run against the first one, user by user. Runs whose protocol fingerprints differ are shown apart and not tested.",
  examples: ["isrf compare run-a run-b"],
  arguments: [
    { name: "run", description: "evaluated run directories, the reference first", required: true, variadic: true },
  ],
  options: z.object({}),
  async run({ arguments: { run } }) {
    const { compareRuns, formatComparison } = await import("../../pipeline/compare.ts");
    const comparison = await compareRuns(run);
    return { json: comparison, text: formatComparison(comparison) };
  },
});
