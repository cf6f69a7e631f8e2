// From settings, as a command line or a settings file gives them, to what the reasoning stage takes.
import { UsageError } from "../../base/errors.ts";
import { Random } from "../../base/random.ts";
import type { Dataset, Split } from "../../data/index.ts";
import { CURRENT_PROMPTS, readPrompts } from "../../reasoning/index.ts";
import type { EstimateOptions } from "./estimate.ts";
import type { ReasonOptions } from "./reason.ts";
import { makeReasoner } from "./reasoners.ts";
import type { ReasoningSettings } from "./settings.ts";

/**
 * @throws UsageError for settings that contradict each other, an unknown reasoner or a missing address; InputError for
 * a prompt file or recording that cannot be read.
 */
export function planReasoning(
  dataset: Dataset,
  split: Split,
  settings: ReasoningSettings,
): ReasonOptions & EstimateOptions {
  const { llm, seed, historyItems, historySource, historyPart, budgetCalls, budgetTokens, budgetCost, concurrency } =
    settings;
  const { sample, timeout, giveUp, attempts } = settings;
  const prices = { input: settings.priceInput, output: settings.priceOutput };
  if (budgetCost !== undefined && prices.input + prices.output === 0) {
    throw new UsageError(
      "--budget-cost needs --price-input and --price-output: without prices nothing costs anything.",
    );
  }
  const prompts = settings.prompts === undefined ? CURRENT_PROMPTS : readPrompts(settings.prompts);
  const reasoner = makeReasoner(llm, dataset, split, {
    ...generationOf(settings),
    timeoutSeconds: timeout,
    giveUpMinutes: giveUp,
    prices,
    budget: {
      calls: budgetCalls,
      tokens: budgetTokens,
      cost: budgetCost,
    },
    concurrency,
  });
  const onlyUsers = sample === undefined ? undefined : sampleUsers(dataset.users.length, sample, seed);
  return { dataset, reasoner, seed, historyItems, historySource, historyPart, prompts, attempts, prices, onlyUsers };
}

function generationOf(settings: ReasoningSettings) {
  const { temperature, maxTokens, think, thinkingTokens, contextTokens, structured, language, tries, seed } = settings;
  return { temperature, maxTokens, think, thinkingTokens, contextTokens, structured, language, tries, seed };
}

/** Users drawn without replacement, in order. */
function sampleUsers(count: number, size: number, seed: number): number[] {
  const order = Random.of(seed, "reasoning sample").shuffle(Array.from({ length: count }, (_, u) => u));
  return order.slice(0, size).sort((a, b) => a - b);
}
