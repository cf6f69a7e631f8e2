// What `isrf reason --json` prints: the run, or with --estimate what one would take.
import { z } from "zod";

const count = z.number().describe("a count");

const counts = z.looseObject({
  subjects: z.number().describe("that the run went through"),
  complete: z.number().describe("with all three texts; after an error, those that the run had come to"),
});

const flaws = z.record(z.string(), z.number()).describe("replies that could not be used, by what was wrong with them");

/** What questions took, in all and by step. */
const taken = {
  asked: z.number().describe("questions put in this run"),
  failed: z.number().describe("of them, those without a usable answer"),
  calls: z.number().describe("calls to the model, repairs included"),
  promptTokens: count,
  cachedTokens: z.number().describe("of the prompts' tokens, those that the server had computed before"),
  completionTokens: z.number().describe("tokens in answers, thinking included"),
  thinkingTokens: count,
  milliseconds: z.number().describe("time in the model, summed over calls at once"),
  flaws,
};

const result = z.looseObject({
  source: z.string().describe("who wrote the texts"),
  items: counts,
  users: counts,
  tally: z.looseObject({
    ...taken,
    reused: z.number().describe("answers found in the journal"),
    adapted: z.number().describe("texts adapted from a similar subject's"),
    givenUp: z.number().describe("questions that failed in so many runs that they are not asked any more"),
    repaired: z.number().describe("questions answered at the second try"),
    steps: z
      .record(z.string(), z.looseObject(taken))
      .describe('by kind and step, such as "item negative"; one call for three texts counts for the first'),
  }),
  cost: z.number().optional().describe("of this run's calls; absent without prices"),
  stepCosts: z.record(z.string(), z.number()).optional().describe("the same by kind and step"),
  adapted: z.looseObject({ items: count, users: count }),
  alike: z.looseObject({ items: count, users: count }).describe("subjects with another one's FEATURE text"),
  suspiciousItems: z.number().describe("items whose texts try to give orders to a language model"),
  stopped: z.string().optional().describe("why the run ended early, and what to do"),
  stoppedBy: z
    .string()
    .optional()
    .describe('"budget", "files" (asked elsewhere), "error" or "interruption" (Ctrl+C); exit code 0 with files alone'),
  seconds: z.number(),
});

const estimate = z.looseObject({
  answered: z.number().describe("questions that have an answer"),
  failed: z.number().describe("questions that were asked without a usable answer"),
  questions: z.number().describe("to be asked"),
  calls: count,
  promptTokens: count,
  computedTokens: z.number().describe("of them, those that a server with a prefix cache computes"),
  completionTokens: count,
  seconds: z.number().optional().describe("absent where nothing was measured, and in batches"),
  atOnce: z.number().optional().describe("calls that were under way at once"),
  answerLength: z.string().optional().describe("the length of answers that was assumed, where none was measured"),
  adapted: z.looseObject({ items: count, users: count }),
  cost: z.number().describe("0 without prices"),
  waves: z.number().optional().describe("in batches: how many wait for each other"),
  sample: result.nullable().describe("the run of --sample, where there was one"),
});

export const reasonShape = z.union([result, estimate]);
