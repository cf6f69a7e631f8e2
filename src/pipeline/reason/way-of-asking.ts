// In which words and form a model is asked, where nobody says so.
import { basename } from "node:path";
import { InputError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { Report } from "../../base/progress.ts";
import type { Dataset } from "../../data/index.ts";
import {
  BUILT_IN_PROMPTS,
  DEFAULT_PROMPTS,
  ggufIdentity,
  ggufSource,
  Journal,
  journalPath,
  LONGEST_ANSWER,
  type PromptSet,
  promptsOf,
  type Reasoner,
  type ReasonerOptions,
  readPrompts,
  readReasoningManifest,
  reasonerSettings,
  recordedPrompts,
  STEPWISE_PROMPTS,
} from "../../reasoning/index.ts";
import { parseReasoner } from "./reasoners.ts";
import type { ReasoningSettings } from "./settings.ts";

interface WayOfAsking {
  readonly prompts: PromptSet;
  readonly structured: ReasonerOptions["structured"];
  readonly maxTokens: number;
  /** A GGUF file's answers lie under its name alone. */
  readonly isKeyedByName?: boolean | undefined;
  /** Of the texts that are there: a larger context for longer prompts makes no other questions. */
  readonly keyedContextTokens?: number | undefined;
}

/**
 * As this model was asked for the texts that are there. Other words are other questions, and an update of ours is no
 * reason to pay for all of them again.
 */
export async function wayOfAsking(
  dataset: Dataset,
  { llm, prompts, structured, maxTokens }: ReasoningSettings,
  report: Report,
): Promise<WayOfAsking> {
  const { kind, model } = parseReasoner(llm);
  const usual = promptsFor(kind, model);
  const own = prompts === undefined ? undefined : readPrompts(prompts);
  const name = modelName(kind, model);
  const before = await askedBefore(dataset, kind, name, fileOf(kind, model));
  const chosen = own ?? before?.prompts ?? usual;
  // The form belongs to the words that it was asked with.
  const isAsBefore = before?.prompts.version === chosen.version;
  const form = isAsBefore ? before!.structured : formFor(chosen);
  const longest = isAsBefore ? before!.maxTokens : longestFor(chosen);
  const way = {
    isKeyedByName: before?.isKeyedByName,
    keyedContextTokens: isAsBefore ? before!.keyedContextTokens : undefined,
    prompts: chosen,
    structured: structured ?? form,
    maxTokens: maxTokens ?? longest,
  };
  if (way.isKeyedByName === true) report({ kind: "notice", message: byName(llm) });
  // Rules read no prompts, and cost nothing.
  if (kind === "offline") return way;
  const isOtherLength = maxTokens === undefined && longest !== longestFor(chosen);
  const isKept =
    (own === undefined && chosen.version !== usual.version) ||
    (structured === undefined && form !== formFor(chosen)) ||
    isOtherLength;
  if (isAsBefore && isKept) {
    const kept = [
      ...(own === undefined ? [`--prompts ${chosen.version}`] : []),
      ...(structured === undefined ? [`--structured ${form}`] : []),
      ...(isOtherLength ? [`--max-tokens ${longest}`] : []),
    ];
    const other = own === undefined ? usual : chosen;
    const length = isOtherLength && other === chosen ? ` --max-tokens ${longestFor(other)}` : "";
    const now = `--prompts ${other.version} --structured ${formFor(other)}${length}`;
    const message = `Asked with ${kept.join(" ")}, as the texts by ${llm} that are there. ${now} would ask everything anew.`;
    report({ kind: "notice", message });
  }
  if (isAsBefore && maxTokens !== undefined && maxTokens !== before!.maxTokens) {
    const message = `The texts by ${llm} that are there were asked with --max-tokens ${before!.maxTokens}: --max-tokens ${maxTokens} asks everything anew.`;
    report({ kind: "notice", message });
  }
  if (before === undefined && own === undefined) await tellOfOthers(dataset, { kind, model: name }, chosen, report);
  return way;
}

/** The prompts of a reasoner that was made elsewhere: one that writes freely is asked a call a step. */
export async function usualPrompts(dataset: Dataset, { kind, model, holdsForms }: Reasoner): Promise<PromptSet> {
  const usual = holdsForms === true ? DEFAULT_PROMPTS : STEPWISE_PROMPTS;
  return (await askedBefore(dataset, kind, model))?.prompts ?? usual;
}

/** The longest answers, where nobody says so, of a reasoner by these prompts. */
export async function usualLength(
  dataset: Dataset,
  { kind, model, parameters: { file } }: Reasoner,
  prompts: PromptSet,
): Promise<number> {
  const before = await askedBefore(dataset, kind, model, typeof file === "string" ? file : undefined);
  return before?.prompts.version === prompts.version ? before.maxTokens : longestFor(prompts);
}

/** Where nobody says so, and no texts are there. */
function promptsFor(kind: string, model: string): PromptSet {
  if (kind === "offline") return STEPWISE_PROMPTS;
  return (kind === "replay" ? BUILT_IN_PROMPTS[recordedPrompts(model) ?? ""] : undefined) ?? DEFAULT_PROMPTS;
}

/**
 * A schema makes models write the three texts of one call in their form; asked step by step under one, small models
 * give an earlier answer back (docs/decisions/0031-default-prompts.md).
 */
function formFor({ together }: PromptSet): ReasonerOptions["structured"] {
  return together === undefined ? "off" : "auto";
}

/** Prompts to the letter set no length. */
function longestFor({ verbatim }: PromptSet): number {
  return LONGEST_ANSWER[verbatim ? "verbatim" : "usual"];
}

/** A sample's answers by other prompts are no texts yet, but were paid for. */
async function tellOfOthers(
  dataset: Dataset,
  source: Pick<Reasoner, "kind" | "model">,
  { version }: PromptSet,
  report: Report,
): Promise<void> {
  const path = journalPath(dataset.directory);
  if (!(await exists(path))) return;
  using journal = Journal.read(path);
  const counts = journal.promptVersions(source);
  const others = [...counts].filter(([other]) => other !== version);
  if (others.length === 0 || counts.has(version)) return;
  const found = others.map(([other, count]) => `${count} with --prompts ${other}`).join(", ");
  const message = `Asked with --prompts ${version}. Answers by ${source.model} that are there were asked otherwise and are not used: ${found}. They stay; --prompts goes on with them.`;
  report({ kind: "notice", message });
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
  const prompts = promptsOf(manifest, dataset.directory);
  const { maxTokens: asked, contextTokens } = manifest.parameters;
  const maxTokens = typeof asked === "number" ? asked : longestFor(prompts);
  const keyedContextTokens = typeof contextTokens === "number" ? contextTokens : undefined;
  return { prompts, structured, maxTokens, isKeyedByName, keyedContextTokens };
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
