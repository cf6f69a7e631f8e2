import { z } from "zod";
import { defineCommand } from "../command.ts";

export const evaluateCommand = defineCommand({
  path: ["evaluate"],
  summary: "measure a run beside what needs no training",
  description:
    "Asks the run for each user's held-out item: out of the whole catalogue (sequential) and among 99 others (direct). Popularity, item-kNN and an id canary answer the same questions. Writes evaluation.json into the run.\n\n" +
    "Choose settings on --split valid; open --split test once.",
  examples: ["isrf evaluate run", "isrf evaluate run --task direct --split valid --users 500"],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: z.object({
    task: z.enum(["sequential", "direct", "all"]).default("all").describe("what is asked"),
    split: z.enum(["valid", "test"]).default("test").describe("which held-out item is asked for"),
    users: z.number().int().min(1).optional().describe("size of a fixed random sample; default: all users"),
    dataset: z.string().optional().describe("where the dataset lies now, if it has moved").meta({ value: "DIR" }),
    device: z.enum(["cpu", "webgpu", "cuda"]).optional().describe("where to compute; default: as trained"),
    threads: z.number().int().min(1).optional().describe("CPU threads; default: one per core"),
  }),
  async run({ arguments: { run }, options }, { report, signal }) {
    const [{ evaluateRun }, { formatEvaluation }] = await Promise.all([
      import("../../pipeline/evaluate-run.ts"),
      import("../../pipeline/evaluation/format-evaluation.ts"),
    ]);
    const { task, ...given } = options;
    const rest = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const record = await evaluateRun(run, { ...rest, ...(task === "all" ? {} : { tasks: [task] }), report, signal });
    return { json: record, text: formatEvaluation(record) };
  },
});
