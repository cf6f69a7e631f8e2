import { z } from "zod";
import { DEVICES, type Device } from "../../engine/session/device.ts";
import { type CommandContext, type CommandOutput, defineCommand } from "../command.ts";

export const evaluateCommand = defineCommand({
  path: ["evaluate"],
  summary: "measure a run beside what needs no training",
  description:
    "Asks the run for each user's held-out item: out of the whole catalogue (sequential) and among 99 others (direct). Popularity, Markov-1, item-kNN and an id canary answer the same questions. Writes evaluation.json into the run.\n\n" +
    "--fuse adds the sum of a graph model's, the neighbours' and the texts' scores in the direct task, and the same with this run's model on top, both labelled as fused; weights are chosen on validation items.\n\n" +
    "--control asks what must not be answerable, and fails where it is: items under random ids (chance is expected), or every user for somebody else's item (--task, --split, --users and where to compute apply). Nothing is written then.\n\n" +
    "Choose settings on --split valid; open --split test once.",
  examples: [
    "isrf evaluate run",
    "isrf evaluate run --task direct --split valid --users 500",
    "isrf evaluate run --k 1,5,10,50 --metrics hr,ndcg,map --details",
    "isrf evaluate run --fuse lightgcn-run --embeddings lsa",
    "isrf evaluate run --control random-ids --users 2000",
  ],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: z.object({
    task: z.enum(["sequential", "direct", "all"]).default("all").describe("what is asked"),
    split: z.enum(["valid", "test"]).default("test").describe("which held-out item is asked for"),
    users: z.number().int().min(1).optional().describe("size of a fixed random sample; default: all users"),
    k: z.string().default("1,5,10,20").describe("cuts of the metrics; a cut above 20 asks for longer lists"),
    metrics: z.string().default("hr,ndcg").describe("some of hr, recall, ndcg, mrr, map; MRR at 20 is always shown"),
    details: z.boolean().default(false).describe("also coverage, novelty and Gini of the lists, and buckets"),
    yardsticks: z.boolean().default(true).describe("what needs no training beside the run"),
    fuse: z
      .string()
      .optional()
      .describe("run of a graph model to fuse (direct task); may be the same")
      .meta({ value: "RUN" }),
    embeddings: z
      .string()
      .optional()
      .describe("embeddings that text yardsticks read; default: those of the run, if any"),
    control: z.enum(["random-ids", "permuted-targets"]).optional().describe("ask a control instead, see above"),
    memory: z
      .number()
      .positive()
      .default(256)
      .describe("what the scores of one block of users may take")
      .meta({ unit: "MiB" }),
    dataset: z.string().optional().describe("where the dataset lies now, if it has moved").meta({ value: "DIR" }),
    device: z.enum(DEVICES).optional().describe("where to compute; default: as trained"),
    threads: z.number().int().min(1).optional().describe("CPU threads; default: one per core"),
  }),
  async run({ arguments: { run }, options: { control, ...options } }, { report, signal }) {
    if (control !== undefined) return runControl(run, control, options, { report, signal });
    const [{ evaluateRun }, { formatEvaluation }, { metricColumns }, { metricNames }] = await Promise.all([
      import("../../pipeline/evaluate/index.ts"),
      import("../../pipeline/evaluate/index.ts"),
      import("../metric-words.ts"),
      import("../../evaluation/index.ts"),
    ]);
    const { task, k, metrics, details, yardsticks, memory, ...rest } = options;
    const asked = metricColumns(k, metrics);
    // NDCG@1 equals HR@1.
    const columns = asked.filter((name) => name !== "NDCG@1" || !asked.includes("HR@1"));
    const record = await evaluateRun(run, {
      ...rest,
      tasks: task === "all" ? undefined : [task],
      metrics: metricNames(columns),
      yardsticks: yardsticks ? true : "canary",
      memoryMiB: memory,
      report,
      signal,
    });
    return { json: record, text: formatEvaluation(record, { columns: [...columns, "MRR"], details }) };
  },
});

interface ControlOptions {
  readonly task: "sequential" | "direct" | "all";
  readonly split: "valid" | "test";
  readonly users?: number | undefined;
  readonly dataset?: string | undefined;
  readonly device?: Device | undefined;
  readonly threads?: number | undefined;
}

async function runControl(
  run: string,
  control: "random-ids" | "permuted-targets",
  { task, split, users, dataset, device, threads }: ControlOptions,
  { report, signal }: CommandContext,
): Promise<CommandOutput> {
  const { controlRun, formatControl } = await import("../../pipeline/audit/index.ts");
  const tasks = task === "all" ? undefined : [task];
  const evaluation = await controlRun(run, control, { split, users, dataset, device, threads, tasks, report, signal });
  const failed = evaluation.results.filter(({ verdict }) => verdict === "fail").map(({ question }) => question);
  const failure = `${run}: control ${control} is answered better than it can be: ${failed.join(", ")}.`;
  return { json: evaluation, text: formatControl(evaluation), failure: failed.length > 0 ? failure : undefined };
}
