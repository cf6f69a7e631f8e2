// Settings of language models as reasoners, with their words and defaults.
import { z } from "zod";
import { WORK_SEED } from "../base/seeds.ts";
import { REPLY_TIMEOUT_SECONDS } from "../servers/clock.ts";
import { LANGUAGES } from "./judgement/language.ts";

/** Items of a user that a chain sees, at most, where nobody says how many. */
export const HISTORY_ITEMS = 10;

/** What a user's history is to the texts: the training prefix, or everything, held-out items too (L5). */
export const HISTORY_SOURCES = ["prefix", "full"] as const;
export type HistorySource = (typeof HISTORY_SOURCES)[number];

/** Which items of a long history stand for it. */
export const HISTORY_PARTS = ["random", "last"] as const;
export type HistoryPart = (typeof HISTORY_PARTS)[number];

const whole = (least: number) => z.number().int().min(least);

/** Longest answers, in tokens, where nobody says so: prompts set lengths, but those to the letter set none. */
export const LONGEST_ANSWER = { usual: 160, verbatim: 1024 } as const;

/** What a model is asked to write, and how. */
export const generationSettings = z.object({
  temperature: z
    .number()
    .min(0)
    .max(2)
    .default(0.6) // What DeepSeek-R1's makers recommend.
    .describe("how freely the model chooses words; 0 always takes the likeliest"),
  maxTokens: whole(16)
    .default(LONGEST_ANSWER.usual)
    .describe("longest answer, thinking not included")
    .meta({ unit: "tokens" }),
  think: z
    .enum(["auto", "on", "off"])
    .default("auto")
    .describe("let the model think before it answers; auto goes by its name"),
  thinkingTokens: whole(0).default(4096).describe("longest thinking, on top of the answer").meta({ unit: "tokens" }),
  contextTokens: whole(512)
    .default(8192)
    .describe("context to ask of ollama and llama-cpp, which must be told")
    .meta({ unit: "tokens" }),
  threads: whole(1)
    .optional()
    .describe("let llama-cpp compute with so many threads")
    .meta({ unit: "threads", absent: "one fewer than the machine has" }),
  structured: z
    .enum(["auto", "json", "off"])
    .default("auto")
    .describe(
      "json has the server hold answers to a JSON schema; auto does so too, and goes on without where it refuses",
    ),
  timeoutSeconds: z
    .number()
    .positive()
    .default(REPLY_TIMEOUT_SECONDS)
    .describe("wait so long for one answer")
    .meta({ unit: "seconds" }),
});

export const reasonerSettings = z.object({
  ...generationSettings.shape,
  seed: z
    .number()
    .int()
    .default(WORK_SEED)
    .describe("choose the items that stand for long histories by this seed; it is sent to the model too"),
  language: z
    .enum([...LANGUAGES, "any"])
    .default("en")
    .describe("refuse answers in another language"),
  anyModel: z
    .boolean()
    .default(false)
    .describe("keep answers under the name that was asked for, whatever model the server says it answers by"),
  concurrency: whole(1)
    .optional()
    .describe("make at most so many calls at once")
    .meta({ unit: "calls", absent: "the provider's own habit" }),
  tries: whole(1)
    .default(4)
    .describe("give a question up for this run after so many failed calls")
    .meta({ unit: "calls" }),
  giveUpMinutes: z
    .number()
    .positive()
    .default(10)
    .describe("stop when the server has been down or busy for so long")
    .meta({ unit: "minutes" }),
});
