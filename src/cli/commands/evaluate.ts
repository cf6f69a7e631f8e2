import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { evaluateSettings } from "../../pipeline/evaluate/settings.ts";
import { refuseIdle } from "../beside.ts";
import { type CommandContext, type CommandOutput, defineCommand, exact } from "../command.ts";

export const evaluateCommand = defineCommand({
  path: ["evaluate"],
  summary: "measure how well a run recommends",
  description:
    "Asks the run for each user's held-out item: out of the whole catalogue (sequential) and among 99 others (direct). Popularity, Markov-1, item-kNN and an id canary answer the same questions. Writes evaluation.json into the run.\n\n" +
    "--fuse adds the sum of a graph model's, the neighbours' and the texts' scores in the direct task, and the same with this run's model on top, both labelled as fused; weights are chosen on validation items.\n\n" +
    "--control asks what must not be answerable, and fails where it is: items under random ids (chance is expected), or every user for somebody else's item (--task, --split, --users and where to compute apply). Nothing is written then.\n\n" +
    "A run that learnt sentences (train --set tasks=three) writes some on held-out items that people wrote about, too, and is measured by BLEU and ROUGE, by how varied they are, and by the features they name; --sentences says on how many.\n\n" +
    "Where scores are sums of named terms (isrf, presets tiny and mini; stacked), it also shows how far each is believed and what answers lose without it. --without asks the run with some terms left out, the weights of the others as they are; that is shown, and evaluation.json stays.\n\n" +
    "--workers N has the run's lists made by processes of this machine, --queue by every `isrf worker`; what is asked, checked and counted is the same to the last digit.\n\n" +
    "Choose settings on --split valid; open --split test once.",
  examples: [
    "isrf evaluate run",
    "isrf evaluate run --task direct --split valid --users 500",
    "isrf evaluate run --k 1,5,10,50 --metrics hr,ndcg,map --details",
    "isrf evaluate run --fuse lightgcn-run --embeddings lsa",
    "isrf evaluate run --without neighbours,text",
    "isrf evaluate run --workers 4",
    "isrf evaluate run --control random-ids --users 2000",
  ],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: evaluateSettings.omit({ tasks: true, memoryMiB: true }).extend({
    task: z
      .enum(["sequential", "direct", "explanation", "all"])
      .default("all")
      .describe(
        "ask what comes next (sequential), which of 100 items (direct), for sentences on held-out items (explanation, where the run learnt any), or for all",
      ),
    k: z.string().default("1,5,10,20").describe("cut the lists at these lengths; above 20 asks for longer lists"),
    metrics: z
      .string()
      .default("hr,ndcg")
      .describe("show some of hr, recall, ndcg, mrr, map; MRR at 20 is always shown"),
    details: z
      .boolean()
      .default(false)
      .describe("show coverage, novelty and Gini of the lists, and metrics by kind of user and item"),
    yardsticks: z
      .boolean()
      .default(true)
      .describe("also ask untrained methods, for comparison")
      .meta({ off: "skip the untrained methods shown for comparison" }),
    control: z
      .enum(["random-ids", "permuted-targets"])
      .optional()
      .describe("ask what must not be answerable instead, see above"),
    memory: evaluateSettings.shape.memoryMiB,
  }),
  async run({ arguments: { run }, options: { control, ...options } }, context) {
    const { report, signal } = context;
    if (control !== undefined) {
      const { task, split, users, dataset, device, threads, ...unread } = options;
      refuseIdle(context, "--control", Object.keys(unread));
      return runControl(run, control, { task, split, users, dataset, device, threads }, context);
    }
    const [{ evaluate, formatEvaluation }, { metricColumns }, { metricNames }] = await Promise.all([
      import("../../pipeline/evaluate/index.ts"),
      import("../metric-words.ts"),
      import("../../evaluation/index.ts"),
    ]);
    const { task, k, metrics, details, yardsticks, memory, ...rest } = options;
    const asked = metricColumns(k, metrics);
    // NDCG@1 equals HR@1.
    const columns = asked.filter((name) => name !== "NDCG@1" || !asked.includes("HR@1"));
    const asks = {
      tasks: tasksOf(task),
      sentences: task === "sequential" || task === "direct" ? 0 : options.sentences,
      metrics: metricNames(columns),
      yardsticks: yardsticks ? (true as const) : ("canary" as const),
      memoryMiB: memory,
    };
    const record = await evaluate(run, exact({ ...rest, ...asks, report, signal }));
    return { json: record, text: formatEvaluation(record, { columns: [...columns, "MRR"], details }) };
  },
});

type AskedTask = "sequential" | "direct" | "explanation" | "all";

function tasksOf(task: AskedTask): readonly ("sequential" | "direct")[] | undefined {
  if (task === "all") return undefined;
  return task === "explanation" ? [] : [task];
}

interface ControlOptions
  extends Pick<z.output<typeof evaluateSettings>, "split" | "users" | "dataset" | "device" | "threads"> {
  readonly task: AskedTask;
}

async function runControl(
  run: string,
  control: "random-ids" | "permuted-targets",
  { task, ...settings }: ControlOptions,
  { report, signal }: CommandContext,
): Promise<CommandOutput> {
  const { evaluateUnderControl, formatControl } = await import("../../pipeline/audit/index.ts");
  if (task === "explanation")
    throw new UsageError(`--control ${control}: sentences have no control; ask for --task sequential or direct.`);
  const asked = { ...settings, tasks: tasksOf(task) };
  const evaluation = await evaluateUnderControl(run, control, exact({ ...asked, report, signal }));
  const failed = evaluation.results.filter(({ verdict }) => verdict === "fail").map(({ question }) => question);
  const failure = `${run}: control ${control} is answered better than it can be: ${failed.join(", ")}.`;
  return { json: evaluation, text: formatControl(evaluation), failure: failed.length > 0 ? failure : undefined };
}
