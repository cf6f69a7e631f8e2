import { z } from "zod";
import { LANGUAGES } from "../../reasoning/llm/language.ts";
import { defineCommand } from "../command.ts";
import { estimateText, resultText } from "../reason-text.ts";

const whole = (least: number) => z.number().int().min(least);
const money = z.number().min(0);

export const reasonCommand = defineCommand({
  path: ["reason"],
  summary: "write the chain texts of items and users",
  description:
    "Writes three texts for every item and user (positive, negative, feature) into DIR/reasoning. Answers are kept in a\n" +
    "journal: a stopped run continues where it was, several processes divide the work, and nothing is asked twice. The\n" +
    "offline reasoner works by rule from the catalogue and the training interactions; its texts are labelled as rule-based.\n\n" +
    "Servers are found by OLLAMA_HOST, OPENAI_BASE_URL and OPENAI_API_KEY in the environment. --estimate says what a run\n" +
    "would take and sends nothing; with --sample N it first asks about N users, for good, and measures.",
  examples: [
    "isrf reason shop",
    "isrf reason shop --llm ollama:deepseek-r1:14b --estimate --sample 5",
    "isrf reason shop --llm openai:gpt-4.1-mini --price-input 0.4 --price-output 1.6 --budget-cost 20",
  ],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: z.object({
    llm: z
      .string()
      .default("offline")
      .describe("who reasons: offline, ollama:MODEL, openai:MODEL, llama-cpp:FILE or replay:FILE")
      .meta({ value: "KIND[:MODEL]" }),
    seed: z.number().int().default(2026).describe("draws the items that stand for long histories; sent to the model"),
    estimate: z.boolean().default(false).describe("say what would be asked, and what it would take; send nothing"),
    sample: whole(1).optional().describe("reason about so many users and their items only").meta({ unit: "users" }),
    budgetCalls: whole(1).optional().describe("stop after so many calls").meta({ unit: "calls" }),
    budgetTokens: whole(1).optional().describe("stop before more tokens are used").meta({ unit: "tokens" }),
    budgetCost: money.optional().describe("stop before more money is spent").meta({ unit: "money" }),
    priceInput: money.default(0).describe("price of a million prompt tokens").meta({ unit: "money" }),
    priceOutput: money.default(0).describe("price of a million answer tokens").meta({ unit: "money" }),
    temperature: z.number().min(0).max(2).default(0.6).describe("0 always takes the likeliest word"),
    maxTokens: whole(16).default(160).describe("longest answer").meta({ unit: "tokens" }),
    think: z
      .enum(["auto", "on", "off"])
      .default("auto")
      .describe("whether the model thinks first; auto goes by its name"),
    thinkingTokens: whole(0).default(4096).describe("longest thinking, on top of the answer").meta({ unit: "tokens" }),
    contextTokens: whole(512).default(8192).describe("context of ollama and llama-cpp").meta({ unit: "tokens" }),
    structured: z.enum(["off", "json"]).default("off").describe("json lets the server constrain answers to a schema"),
    language: z
      .enum([...LANGUAGES, "any"])
      .default("en")
      .describe("language that answers must be in"),
    prompts: z
      .string()
      .optional()
      .describe("prompts in YAML; reason-prompts prints the default")
      .meta({ value: "FILE" }),
    concurrency: whole(1).optional().describe("calls at once, at most").meta({ unit: "calls" }),
    timeout: z.number().positive().default(300).describe("longest wait for one answer").meta({ unit: "seconds" }),
    tries: whole(1).default(4).describe("calls of one question that may fail").meta({ unit: "calls" }),
    attempts: whole(1).default(3).describe("runs that ask a question without usable answers").meta({ unit: "runs" }),
    giveUp: z.number().positive().default(10).describe("end when the server is away so long").meta({ unit: "minutes" }),
  }),
  async run({ arguments: { dir }, options }, { report, signal }) {
    const [{ openDataset, splitLeaveLastTwo }, { planReasoning }, { estimateReasoning }, { reasonDataset }] =
      await Promise.all([
        import("../../data/index.ts"),
        import("../../pipeline/reason/index.ts"),
        import("../../pipeline/reason/index.ts"),
        import("../../pipeline/reason/index.ts"),
      ]);
    const dataset = await openDataset(dir);
    const plan = planReasoning(dataset, splitLeaveLastTwo(dataset), options);
    const sends = !options.estimate || options.sample !== undefined;
    const result = sends ? await reasonDataset({ ...plan, report, signal }) : undefined;
    if (!options.estimate) return { json: result, text: resultText(result!, options) };
    const estimate = await estimateReasoning(plan);
    const texts = result === undefined ? [] : [resultText(result, options), ""];
    return { json: { ...estimate, sample: result ?? null }, text: [...texts, estimateText(estimate)].join("\n") };
  },
});
