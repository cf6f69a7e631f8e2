// Settings of the reasoning stage, with their words and defaults.
import { z } from "zod";
import {
  HISTORY_ITEMS,
  HISTORY_PARTS,
  HISTORY_SOURCES,
  LONGEST_ANSWER,
  reasonerSettings,
} from "../../reasoning/settings.ts";

const whole = (least: number) => z.number().int().min(least);
const cosine = z.number().gt(0).max(1);
const money = z.number().min(0);
const { timeoutSeconds, giveUpMinutes, seed, concurrency, tries, maxTokens, ...generation } = reasonerSettings.shape;

export const reasonSettings = z.object({
  llm: z
    .string()
    .default("offline")
    .describe(
      "who writes the texts: offline, ollama:MODEL, openai:MODEL, llama-cpp:FILE (or llama-cpp:hf:ORG/REPO/FILE) or replay:FILE",
    )
    .meta({ value: "KIND[:MODEL]" }),
  seed,
  historyItems: whole(1)
    .default(HISTORY_ITEMS)
    .describe("let so many items stand for a user's history, drawn by the seed")
    .meta({ unit: "items" }),
  historySource: z
    .enum(HISTORY_SOURCES)
    .default("prefix")
    .describe(
      "what a history is: the training prefix, or the full sequence, which puts held-out items into the texts; every evaluation then says that it leaks",
    ),
  historyPart: z
    .enum(HISTORY_PARTS)
    .default("random")
    .describe("let items drawn by the seed stand for a longer history, or its last ones"),
  adaptItems: cosine
    .optional()
    .describe(
      "do not ask about an item whose fields are this similar to another one's (cosine, below 1): it takes its texts with its own names put in, unless they tell what it is not",
    )
    .meta({ absent: "ask about every item" }),
  adaptUsers: cosine
    .optional()
    .describe("the same of users, compared by the items that stand for their histories")
    .meta({ absent: "ask about every user" }),
  sample: whole(1)
    .optional()
    .describe("reason about so many users and their items only")
    .meta({ unit: "users", absent: "all" }),
  budgetCalls: whole(1).optional().describe("stop after so many calls").meta({ unit: "calls" }),
  budgetTokens: whole(1).optional().describe("stop before more tokens are used").meta({ unit: "tokens" }),
  budgetCost: money.optional().describe("stop before more money is spent").meta({ unit: "money" }),
  priceInput: money.default(0).describe("price of a million prompt tokens").meta({ unit: "money" }),
  priceCached: money
    .optional()
    .describe("price of a million prompt tokens that the server has in its cache, where it counts them")
    .meta({ unit: "money", absent: "--price-input" }),
  priceOutput: money.default(0).describe("price of a million answer tokens").meta({ unit: "money" }),
  maxTokens: whole(16)
    .optional()
    .describe(maxTokens.description!)
    .meta({ unit: "tokens", absent: `${LONGEST_ANSWER.usual}; ${LONGEST_ANSWER.verbatim} for prompts to the letter` }),
  ...generation,
  structured: generation.structured
    .unwrap()
    .optional()
    .describe(
      "json has the server hold answers to a JSON schema; auto does so too, and goes on without where it refuses; off lets the model write freely",
    )
    .meta({
      absent:
        "auto with prompts of one call, off with those of a call a step, or as this model's texts that are there were asked",
    }),
  prompts: z
    .string()
    .optional()
    .describe(
      "ask with these prompts: a built-in set (one-call/2 asks once a subject, figures-6-7/3 step by step as the paper does, figures-6-7/printed in its very words) or a YAML file; reason-prompts prints one to start from",
    )
    .meta({ value: "FILE", absent: "one-call/2, or as this model's texts that are there were asked" }),
  batch: z
    .boolean()
    .default(false)
    .describe(
      "ask an openai: model by its server's batch API, in waves: cheaper, within a day; the prices given are taken as those of batches",
    ),
  batchOut: z
    .string()
    .min(1)
    .optional()
    .describe("write the next wave's questions as batch files into a new folder, such as `vllm run-batch` reads")
    .meta({ value: "DIR" }),
  batchIn: z
    .array(z.string().min(1))
    .default([])
    .describe("take answers from output files of a batch that was asked elsewhere; may be given again")
    .meta({ value: "FILE" }),
  concurrency,
  timeout: timeoutSeconds,
  tries,
  attempts: whole(1)
    .default(3)
    .describe("never ask a question again after so many runs without a usable answer")
    .meta({ unit: "runs" }),
  giveUp: giveUpMinutes,
});

export type ReasoningSettings = Readonly<z.output<typeof reasonSettings>>;
