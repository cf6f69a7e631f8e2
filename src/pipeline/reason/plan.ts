// From settings, as a command line or a settings file gives them, to what the reasoning stage takes.
import { basename } from "node:path";
import { InputError, UsageError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import type { Dataset, Split } from "../../data/index.ts";
import {
  CURRENT_PROMPTS,
  type PromptSet,
  promptsOf,
  REASONER_DEFAULTS,
  type ReasonerOptions,
  readPrompts,
  readReasoningManifest,
  reasonerSettings,
} from "../../reasoning/index.ts";
import type { EstimateOptions } from "./estimate.ts";
import type { ReasonOptions } from "./reason.ts";
import { makeReasoner, parseReasoner } from "./reasoners.ts";
import type { ReasoningSettings } from "./settings.ts";

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
  const { llm, seed, historyItems, historySource, historyPart, budgetCalls, budgetTokens, budgetCost, concurrency } =
    settings;
  const { sample, timeout, giveUp, attempts } = settings;
  const prices = { input: settings.priceInput, output: settings.priceOutput };
  if (budgetCost !== undefined && prices.input + prices.output === 0) {
    throw new UsageError(
      "--budget-cost needs --price-input and --price-output: without prices nothing costs anything.",
    );
  }
  const { prompts, structured } = await wayOfAsking(dataset, settings, report);
  const reasoner = makeReasoner(llm, dataset, split, {
    ...generationOf(settings),
    structured,
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

interface WayOfAsking {
  readonly prompts: PromptSet;
  readonly structured: ReasonerOptions["structured"];
}

/**
 * How questions are put where nobody says so: as this model was asked for the texts that are there. Other words are
 * other questions, and an update of ours is no reason to pay for all of them again.
 */
async function wayOfAsking(
  dataset: Dataset,
  { llm, prompts, structured }: ReasoningSettings,
  report: Report,
): Promise<WayOfAsking> {
  const usual: WayOfAsking = { prompts: CURRENT_PROMPTS, structured: REASONER_DEFAULTS.structured };
  const own = prompts === undefined ? undefined : readPrompts(prompts);
  const before = await askedBefore(dataset, llm);
  const way = {
    prompts: own ?? before?.prompts ?? usual.prompts,
    structured: structured ?? before?.structured ?? usual.structured,
  };
  const kept = [
    own === undefined && way.prompts.version !== usual.prompts.version ? `--prompts ${way.prompts.version}` : undefined,
    structured === undefined && way.structured !== usual.structured ? `--structured ${way.structured}` : undefined,
  ].filter((option) => option !== undefined);
  if (kept.length > 0) {
    const now = `--prompts ${usual.prompts.version} --structured ${usual.structured}`;
    const message = `Asked with ${kept.join(" ")}, as the texts by ${llm} that are there. ${now} would ask everything anew.`;
    report({ kind: "notice", message });
  }
  return way;
}

/** The way in which this very model was asked for the dataset's texts; undefined for rules, which read no prompts. */
async function askedBefore(dataset: Dataset, llm: string): Promise<WayOfAsking | undefined> {
  const { kind, model } = parseReasoner(llm);
  if (kind === "offline") return undefined;
  const manifest = await readReasoningManifest(dataset.directory).catch((error: unknown) => {
    if (error instanceof InputError) return undefined;
    throw error;
  });
  if (manifest === undefined || manifest.provider !== kind || manifest.model !== modelName(kind, model))
    return undefined;
  const { structured } = reasonerSettings.parse(manifest.parameters);
  return { prompts: promptsOf(manifest, dataset.directory), structured };
}

/** As reasoners of the kind name themselves: those of files by the file's name. */
function modelName(kind: string, model: string): string {
  return kind === "llama-cpp" || kind === "replay" ? basename(model) : model;
}

function generationOf(settings: ReasoningSettings) {
  const { temperature, maxTokens, think, thinkingTokens, contextTokens, language, tries, seed, anyModel, threads } =
    settings;
  return { temperature, maxTokens, think, thinkingTokens, contextTokens, language, tries, seed, anyModel, threads };
}

/** Users drawn without replacement, in order. */
function sampleUsers(count: number, size: number, seed: number): number[] {
  const order = Random.of(seed, "reasoning sample").shuffle(Array.from({ length: count }, (_, u) => u));
  return order.slice(0, size).sort((a, b) => a - b);
}
