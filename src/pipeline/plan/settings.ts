// Settings of a plan, with their words and defaults.
import { z } from "zod";

const whole = z.number().int().min(1);
const money = z.number().min(0);
const share = z.number().min(0).max(0.9);

export const planSettings = z.object({
  users: whole.describe("how many users the shop has").meta({ unit: "users" }),
  items: whole.describe("how many items the shop has").meta({ unit: "items" }),
  histories: z
    .number()
    .min(3)
    .default(12)
    .describe("interactions of a user, on average")
    .meta({ unit: "interactions" }),
  llm: z
    .string()
    .default("offline")
    .describe("who writes the texts: offline, or ollama:MODEL, openai:MODEL, llama-cpp:FILE")
    .meta({ value: "KIND[:MODEL]" }),
  prompts: z
    .enum(["figures-6-7/3", "one-call/1", "one-call/2"])
    .default("one-call/2")
    .describe("prompts: one call about each item and user, with short answers by one-call/2, or three"),
  batch: z.boolean().default(false).describe("ask in batches: waves of a day at the most, at the prices given"),
  priceInput: money.default(0).describe("price of a million prompt tokens").meta({ unit: "money" }),
  priceOutput: money.default(0).describe("price of a million answer tokens").meta({ unit: "money" }),
  callSeconds: z
    .number()
    .positive()
    .optional()
    .describe("time of one call to the model, as isrf reason --estimate --sample measures it")
    .meta({ unit: "seconds", absent: "unknown; for llama-cpp that of a small model" }),
  concurrency: whole.default(64).describe("calls that the model's servers answer at once").meta({ unit: "calls" }),
  callsPerMinute: z
    .number()
    .positive()
    .optional()
    .describe("most calls a minute that the service allows")
    .meta({ unit: "calls", absent: "no limit" }),
  encoder: z.enum(["lsa", "minilm"]).default("lsa").describe("turn texts into vectors by this encoder"),
  similarUsers: z
    .enum(["auto", "exact", "approximate"])
    .default("auto")
    .describe("how similar users are found; auto is exact up to 500,000 users"),
  epochs: whole.default(6).describe("epochs of training").meta({ unit: "epochs" }),
  machines: whole.default(1).describe("machines for what can be divided").meta({ unit: "machines" }),
  cores: whole.default(16).describe("cores of each").meta({ unit: "cores" }),
  memoryGib: z.number().positive().default(64).describe("memory of each").meta({ unit: "GiB" }),
  machineHour: money.default(0).describe("price of one machine for an hour").meta({ unit: "money" }),
  failures: share.default(0.01).describe("share of calls and shards that fail and are done again"),
  stragglers: share.default(0.01).describe("share of calls and shards that take ten times as long"),
  seed: z.number().int().default(2026).describe("draw failures and stragglers by this seed"),
});

export type PlanSettings = Readonly<z.output<typeof planSettings>>;
