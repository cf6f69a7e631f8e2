// From settings, as a command line or a settings file gives them, to what the reasoning stage takes.
import { UsageError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import type { Dataset, Split } from "../../data/index.ts";
import type { Prices, ReasonerOptions } from "../../reasoning/index.ts";
import type { EstimateOptions } from "./estimate.ts";
import { type BatchWay, makeBatchReasoner, makeReasoner } from "./reasoners.ts";
import type { ReasoningSettings } from "./settings.ts";
import { wayOfAsking } from "./way-of-asking.ts";
import type { ReasonOptions } from "./work.ts";

/**
 * @throws UsageError for settings that contradict each other, an unknown reasoner or a missing address; InputError for
 * a prompt file or recording that cannot be read.
 */
export async function planReasoning(
  dataset: Dataset,
  split: Split,
  settings: ReasoningSettings,
  report: Report = silent,
): Promise<ReasonOptions & EstimateOptions> {
  const { llm, seed, historyItems, historySource, historyPart, budgetCalls, budgetTokens, budgetCost } = settings;
  const { sample, attempts, adaptItems, adaptUsers } = settings;
  const prices = pricesOf(settings);
  if (prices.cached !== undefined && prices.input === 0) {
    throw new UsageError("--price-cached needs --price-input, the price of the prompt tokens that are not cached.");
  }
  if (budgetCost !== undefined && prices.input + prices.output === 0) {
    throw new UsageError(
      "--budget-cost needs --price-input and --price-output: without prices nothing costs anything.",
    );
  }
  const { prompts, ...form } = await wayOfAsking(dataset, settings, report);
  const budget = { calls: budgetCalls, tokens: budgetTokens, cost: budgetCost };
  const options = { ...reasonerOptionsOf(settings, form), budget };
  const way = batchWayOf(settings);
  const reasoner =
    way === undefined
      ? makeReasoner(llm, dataset, split, options, process.env, report)
      : makeBatchReasoner(llm, dataset, options, way);
  const onlyUsers = sample === undefined ? undefined : sampleUsers(dataset.users.length, sample, seed);
  const histories = { seed, historyItems, historySource, historyPart, adaptItems, adaptUsers };
  return { dataset, reasoner, ...histories, prompts, attempts, prices, onlyUsers };
}

/** How questions travel, where not by calls. @throws UsageError for options that contradict each other. */
function batchWayOf({ batch, batchOut, batchIn }: ReasoningSettings): BatchWay | undefined {
  if (!batch && batchOut === undefined && batchIn.length === 0) return undefined;
  if (batch && batchOut !== undefined)
    throw new UsageError("--batch asks a server, --batch-out writes files for another one to ask: leave one out.");
  return { isSent: batch, out: batchOut, in: batchIn };
}

/** What a reasoner takes of the settings, but for its budget. */
export function reasonerOptionsOf(
  settings: ReasoningSettings,
  form: Pick<ReasonerOptions, "structured" | "isKeyedByName" | "keyedContextTokens" | "maxTokens">,
): Omit<ReasonerOptions, "budget"> {
  const { timeout, giveUp, concurrency } = settings;
  const patience = { timeoutSeconds: timeout, giveUpMinutes: giveUp, concurrency };
  return { ...generationOf(settings), ...patience, ...form, prices: pricesOf(settings) };
}

export function pricesOf({ priceInput, priceOutput, priceCached }: ReasoningSettings): Prices {
  return { input: priceInput, output: priceOutput, cached: priceCached };
}

function generationOf(settings: ReasoningSettings) {
  const { temperature, think, thinkingTokens, contextTokens, language, tries, seed, anyModel, threads } = settings;
  return { temperature, think, thinkingTokens, contextTokens, language, tries, seed, anyModel, threads };
}

/** Users drawn without replacement, in order. */
function sampleUsers(count: number, size: number, seed: number): number[] {
  const order = Random.of(seed, "reasoning sample").shuffle(Array.from({ length: count }, (_, u) => u));
  return order.slice(0, size).sort((a, b) => a - b);
}
