// Who writes the texts of a chain: the language model that was asked for, else one whose texts lie there already, else
// rules; and what a language model would cost.

import { InputError } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import type { Report } from "../../base/progress.ts";
import { type Dataset, splitOf } from "../../data/index.ts";
import {
  type ReasoningManifest,
  readReasoningManifest,
  readRevisions,
  revisionsHash,
  STEPS,
} from "../../reasoning/index.ts";
import { estimateReasoning } from "../reason/estimate.ts";
import { planReasoning } from "../reason/plan.ts";
import { reason } from "../reason/reason.ts";
import { makeReasoner, parseReasoner } from "../reason/reasoners.ts";
import { reasonSettings } from "../reason/settings.ts";

export interface ChainTexts {
  /** Such as "rule-based (offline)". */
  readonly source: string;
  readonly isRuleBased: boolean;
  /** Subjects that have all their texts. */
  readonly items: number;
  readonly users: number;
  /** Tells these texts from others. */
  readonly hash: string;
  /** What a language model would be asked instead; absent where one wrote, or where nobody wanted to know. */
  readonly languageModel?: LanguageModelCost | undefined;
}

/** Texts that nobody wrote: the catalogue's own words. */
export const ATTRIBUTES: ChainTexts = {
  source: "attributes of the catalogue",
  isRuleBased: true,
  items: 0,
  users: 0,
  hash: "attributes",
};

export interface TextRequest {
  readonly dataset: Dataset;
  /** As `isrf reason --llm` takes it; default: the best at hand. */
  readonly llm?: string | undefined;
  readonly seed?: number | undefined;
  /** Also say what a language model would cost. */
  readonly asksCost: boolean;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
}

const OFFLINE = reasonSettings.parse({}).llm;

/** @throws UsageError for a `--llm` of no known kind. */
export function checkTextSource(llm: string | undefined): void {
  if (llm !== undefined) parseReasoner(llm);
}

/** Write what is missing. */
export async function writeTexts({ dataset, llm, seed, asksCost, report, signal }: TextRequest): Promise<ChainTexts> {
  if (llm === undefined) {
    const ready = await readyTexts(dataset);
    if (ready !== undefined && ready.provider !== OFFLINE) return describe(ready, dataset);
  }
  const settings = reasonSettings.parse({ llm, seed });
  const plan = await planReasoning(dataset, splitOf(dataset), settings, report);
  await reason({ ...plan, report, signal });
  const texts = await describe(await readReasoningManifest(dataset.directory), dataset);
  return asksCost && texts.isRuleBased ? { ...texts, languageModel: await languageModelCost(dataset, seed) } : texts;
}

/** Whether the texts are still those that were written. */
export async function areTextsThere(dataset: Dataset, texts: ChainTexts): Promise<boolean> {
  return (await describe(await readReasoningManifest(dataset.directory), dataset)).hash === texts.hash;
}

/** Texts of every item and user of this very dataset, where there are any. */
async function readyTexts(dataset: Dataset): Promise<ReasoningManifest | undefined> {
  try {
    const manifest = await readReasoningManifest(dataset.directory);
    return manifest.datasetHash === dataset.hash && manifest.counts !== undefined ? manifest : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

async function describe(manifest: ReasoningManifest, { directory }: Dataset): Promise<ChainTexts> {
  const revised = revisionsHash(await readRevisions(directory));
  const { label, provider, counts } = manifest;
  return {
    source: label,
    isRuleBased: provider === OFFLINE,
    items: counts?.items.complete ?? 0,
    users: counts?.users.complete ?? 0,
    hash: sha256(JSON.stringify(manifest) + revised),
  };
}

/** What a language model would be asked for the same texts. */
export interface LanguageModelCost {
  readonly questions: number;
  /** A call answers several of them. */
  readonly calls: number;
  /** Absent where there are too many questions to render them all for an estimate. */
  readonly promptTokens?: number | undefined;
  readonly completionTokens?: number | undefined;
}

/** Every prompt is rendered for an estimate: so many take some seconds. */
const RENDERED_SUBJECTS = 40_000;

/** What one would be asked about everything. */
async function languageModelCost(dataset: Dataset, seed: number | undefined): Promise<LanguageModelCost> {
  const subjects = dataset.items.length + dataset.users.length;
  if (subjects > RENDERED_SUBJECTS) return { questions: STEPS.length * subjects, calls: subjects };
  const settings = reasonSettings.parse({ seed });
  // A model of no name: its answers are nobody's, and nothing is sent.
  const reasoner = makeReasoner("ollama:any", dataset, splitOf(dataset));
  const prices = { input: 0, output: 0 };
  const { questions, calls, promptTokens, completionTokens } = await estimateReasoning({
    dataset,
    reasoner,
    seed: settings.seed,
    prices,
  });
  return { questions, calls, promptTokens: Math.round(promptTokens), completionTokens: Math.round(completionTokens) };
}
