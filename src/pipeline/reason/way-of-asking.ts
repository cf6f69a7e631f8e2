// In which words and form a model is asked, where nobody says so.
import { basename } from "node:path";
import { InputError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import type { Dataset } from "../../data/index.ts";
import {
  CURRENT_PROMPTS,
  ggufIdentity,
  ggufSource,
  type PromptSet,
  promptsOf,
  REASONER_DEFAULTS,
  type Reasoner,
  type ReasonerOptions,
  readPrompts,
  readReasoningManifest,
  reasonerSettings,
} from "../../reasoning/index.ts";
import { parseReasoner } from "./reasoners.ts";
import type { ReasoningSettings } from "./settings.ts";

interface WayOfAsking {
  readonly prompts: PromptSet;
  readonly structured: ReasonerOptions["structured"];
  /** A GGUF file's answers lie under its name alone. */
  readonly isKeyedByName?: boolean | undefined;
}

/**
 * As this model was asked for the texts that are there. Other words are other questions, and an update of ours is no
 * reason to pay for all of them again.
 */
export async function wayOfAsking(
  dataset: Dataset,
  { llm, prompts, structured }: ReasoningSettings,
  report: Report,
): Promise<WayOfAsking> {
  const usual: WayOfAsking = { prompts: CURRENT_PROMPTS, structured: REASONER_DEFAULTS.structured };
  const own = prompts === undefined ? undefined : readPrompts(prompts);
  const { kind, model } = parseReasoner(llm);
  const before = await askedBefore(dataset, kind, modelName(kind, model), fileOf(kind, model));
  const way = {
    isKeyedByName: before?.isKeyedByName,
    prompts: own ?? before?.prompts ?? usual.prompts,
    structured: structured ?? before?.structured ?? usual.structured,
  };
  if (way.isKeyedByName === true) report({ kind: "notice", message: byName(llm) });
  const kept = [
    own === undefined && way.prompts.version !== usual.prompts.version ? `--prompts ${way.prompts.version}` : undefined,
    structured === undefined && way.structured !== usual.structured ? `--structured ${way.structured}` : undefined,
  ].filter((option) => option !== undefined);
  // Rules read no prompts, and cost nothing.
  if (kept.length > 0 && kind !== "offline") {
    const now = `--prompts ${usual.prompts.version} --structured ${usual.structured}`;
    const message = `Asked with ${kept.join(" ")}, as the texts by ${llm} that are there. ${now} would ask everything anew.`;
    report({ kind: "notice", message });
  }
  return way;
}

/** The prompts of a reasoner that was made elsewhere. */
export async function usualPrompts(dataset: Dataset, { kind, model }: Reasoner): Promise<PromptSet> {
  return (await askedBefore(dataset, kind, model))?.prompts ?? CURRENT_PROMPTS;
}

/** The way in which this very model was asked for the dataset's texts. */
async function askedBefore(
  dataset: Dataset,
  kind: string,
  model: string,
  file?: string,
): Promise<WayOfAsking | undefined> {
  const manifest = await readReasoningManifest(dataset.directory).catch((error: unknown) => {
    if (error instanceof InputError) return undefined;
    throw error;
  });
  if (manifest === undefined || manifest.provider !== kind) return undefined;
  if (kind !== "offline" && manifest.model !== model) return undefined;
  const known = manifest.parameters.file;
  // Another content under the name is another model; before contents were told apart, the name was all there was.
  if (file !== undefined && known !== undefined && known !== file) return undefined;
  const settings = reasonerSettings.partial().safeParse(manifest.parameters);
  const structured = (settings.success ? settings.data.structured : undefined) ?? "off";
  const isKeyedByName = file !== undefined && known === undefined;
  return { prompts: promptsOf(manifest, dataset.directory), structured, isKeyedByName };
}

function byName(llm: string): string {
  return `The texts by ${llm} that are there were kept under the file's name, whatever it held. So are those of this run.`;
}

function fileOf(kind: string, model: string): string | undefined {
  return kind === "llama-cpp" && model !== "" ? ggufIdentity(ggufSource(model)) : undefined;
}

/** As reasoners of the kind name themselves: those of files by the file's name. */
function modelName(kind: string, model: string): string {
  return kind === "llama-cpp" || kind === "replay" ? basename(model) : model;
}
