import { z } from "zod";
import type { ReasonResult } from "../../pipeline/reason/index.ts";
import { type ReasoningSettings, reasonSettings } from "../../pipeline/reason/settings.ts";
import { workplaceSettings } from "../../pipeline/work/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { estimateText, resultText } from "../reason-text.ts";

export const reasonCommand = defineCommand({
  path: ["reason"],
  summary: "write texts about the interests behind items and users",
  description:
    "Writes three texts for every item and user (positive, negative, feature) into DIR/reasoning. Answers are kept in a\n" +
    "journal: a stopped run continues where it was, several processes divide the work, and nothing is asked twice. The\n" +
    "offline reasoner works by rule from the catalogue and the training interactions; its texts are labelled as rule-based.\n\n" +
    "Servers are found by OLLAMA_HOST, OPENAI_BASE_URL and OPENAI_API_KEY in the environment. --estimate says what a run\n" +
    "would take and sends nothing; with --sample N it first asks about N users, keeps the answers, and measures.\n\n" +
    "--batch asks an OpenAI-compatible server's batch API, at its price for batches and within its day; --batch-out and\n" +
    "--batch-in carry the same questions and answers in files, for `vllm run-batch` and the like.\n\n" +
    "--workers shares the questions among processes of this machine, --queue and --objects among `isrf worker`s anywhere,\n" +
    "each with the model server of its own environment; one budget holds over all of them (docs/scaling.md).",
  examples: [
    "isrf reason shop",
    "isrf reason shop --llm ollama:deepseek-r1:14b --estimate --sample 5",
    "isrf reason shop --llm openai:gpt-4.1-mini --price-input 0.4 --price-output 1.6 --budget-cost 20",
    "isrf reason shop --llm openai:gpt-4.1-mini --batch",
    "isrf reason shop --llm openai:Qwen/Qwen2.5-7B-Instruct --batch-in out.jsonl --batch-out wave-2",
    "isrf reason shop --llm openai:MODEL --queue redis://10.0.0.5:6379 --objects s3://shop/isrf",
  ],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: reasonSettings.extend({
    ...workplaceSettings.shape,
    shardSize: z
      .number()
      .int()
      .min(1)
      .default(100)
      .describe("give workers so many items or users at a time")
      .meta({ unit: "subjects" }),
    estimate: z.boolean().default(false).describe("say what a run would ask and take, and send nothing"),
  }),
  async run({ arguments: { dir }, options }, { report, signal, given }) {
    const [{ openDataset, splitOf }, pipeline, { wantsWorkers }] = await Promise.all([
      import("../../data/index.ts"),
      import("../../pipeline/reason/index.ts"),
      import("../../pipeline/work/index.ts"),
    ]);
    const { planReasoning, estimateReasoning, proposalAtHand, reason, reasonByWorkers } = pipeline;
    const { estimate: estimates, workers, queue, objects, shardSize, ...others } = options;
    const settings: ReasoningSettings = exact(others);
    const dataset = await openDataset(dir, report);
    const proposal = given.has("llm") ? undefined : await proposalAtHand(dir, process.cwd(), process.env);
    if (proposal !== undefined) report({ kind: "notice", message: proposal });
    const plan = { ...(await planReasoning(dataset, splitOf(dataset), settings, report)), dataset, report, signal };
    const sends = !estimates || options.sample !== undefined;
    const isShared = wantsWorkers({ workers, queue, objects });
    const ask = (work: typeof plan) =>
      isShared ? reasonByWorkers(work, settings, { workers, queue, objects, shardSize }) : reason(work);
    const { result, error } = sends ? await untilEnd((onFailed) => ask({ ...plan, onFailed })) : {};
    if (error !== undefined) return { json: result, text: resultText(result!), error };
    if (!estimates) return { json: result, text: resultText(result!), failure: failureOf(result!) };
    const estimate = await estimateReasoning(plan);
    const texts = result === undefined ? [] : [resultText(result), ""];
    return { json: { ...estimate, sample: result ?? null }, text: [...texts, estimateText(estimate)].join("\n") };
  },
});

interface Ended {
  readonly result?: ReasonResult;
  /** What ended the run. */
  readonly error?: unknown;
}

/** A run's result, also where an error ends it. @throws what ends it before it has begun to ask. */
async function untilEnd(work: (onFailed: (result: ReasonResult) => void) => Promise<ReasonResult>): Promise<Ended> {
  let result: ReasonResult | undefined;
  const onFailed = (failed: ReasonResult) => {
    result = failed;
  };
  try {
    return { result: await work(onFailed) };
  } catch (error) {
    if (result === undefined) throw error;
    return { result, error };
  }
}

/** Whoever goes on with the next command counts on texts that are not there. */
function failureOf({ stopped, stoppedBy, items, users }: ReasonResult): string | undefined {
  if (stoppedBy !== "budget") return undefined;
  const whole = `${items.complete} of ${items.subjects} items and ${users.complete} of ${users.subjects} users are complete`;
  return `${stopped} ${whole}.`;
}
