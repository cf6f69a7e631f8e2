// dataset/reasoning/manifest.json: which of the journal's answers are the dataset's current texts.
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { exists, writeJsonAtomic } from "../base/files.ts";
import { asRecord, readRecord } from "../base/records.ts";
import { BUILT_IN_PROMPTS, PROMPT_SET, type PromptSet } from "./prompt-sets/index.ts";
import { HISTORY_PARTS, HISTORY_SOURCES } from "./settings.ts";

/** `adapted`: subjects with texts that were adapted from others', of the complete ones. */
const COUNTS = z.object({ subjects: z.number(), complete: z.number(), adapted: z.number().optional() });

const MANIFEST = z.object({
  format: z.literal(1),
  kind: z.literal("reasoning"),
  /** `kind`, `model`, `label` and `parameters` of the reasoner: with the prompts they find the answers again. */
  provider: z.string(),
  model: z.string(),
  label: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** The server answered by a model of another name, and was let (`--any-model`). */
  anyModel: z.boolean().optional(),
  promptVersion: z.string(),
  /** The prompts themselves, where they are not built in: without them the answers could not be found again. */
  prompts: PROMPT_SET.optional(),
  /** Seed of the users' history subsets. */
  seed: z.number(),
  /** Most items of a subset, where it is not the usual number. */
  historyItems: z.number().optional(),
  /** Where it is not the training prefix. */
  historySource: z.enum(HISTORY_SOURCES).optional(),
  /** Where a subset is not drawn at random. */
  historyPart: z.enum(HISTORY_PARTS).optional(),
  /** Least cosine at which a subject may have another one's texts, adapted; absent: every one has its own. */
  adaptItems: z.number().optional(),
  adaptUsers: z.number().optional(),
  datasetHash: z.string(),
  productVersion: z.string(),
  /** Absent until a run has gone through every subject. */
  counts: z.object({ items: COUNTS, users: COUNTS }).optional(),
});

export type ReasoningManifest = z.infer<typeof MANIFEST>;

export function journalPath(directory: string): string {
  return join(directory, "reasoning", "journal.db");
}

export async function writeReasoningManifest(directory: string, manifest: ReasoningManifest): Promise<void> {
  await writeJsonAtomic(manifestPath(directory), manifest);
}

const EXPECTED = "a reasoning manifest";

/** @param directory the dataset's. @throws InputError when nothing has been reasoned there yet. */
export async function readReasoningManifest(directory: string): Promise<ReasoningManifest> {
  const where = manifestPath(directory);
  if (!(await exists(where))) throw new InputError({ where, ...(await whyNone(directory)) });
  const todo = "Run `isrf reason` again; the journal is kept.";
  return readRecord(where, MANIFEST, { expected: EXPECTED, todo });
}

/** Whether texts were written, or begun. */
export function hasReasoningManifest(directory: string): Promise<boolean> {
  return exists(manifestPath(directory));
}

/** One that is kept elsewhere, such as beside vectors. @throws InputError where it is none. */
export function asReasoningManifest(value: unknown, where: string): ReasoningManifest {
  return asRecord(where, value, MANIFEST, { expected: EXPECTED });
}

/** A sample's answers are no texts of the dataset, nor are those that were only imported. */
async function whyNone(directory: string) {
  const expected = "the record of a reasoning run";
  if (!(await exists(journalPath(directory)))) {
    return { found: "no such file", expected, todo: `Run \`isrf reason ${directory}\` first.` };
  }
  const found = "no such file, but a journal of answers: of a sample (--sample), imported ones, or none that is usable";
  const todo = `Run \`isrf reason ${directory}\` with the same options and without --sample; what is answered there is kept.`;
  return { found, expected, todo };
}

/** The prompts of a run. @throws InputError when they are neither built in nor in the manifest. */
export function promptsOf({ promptVersion, prompts }: ReasoningManifest, directory: string): PromptSet {
  const known = prompts ?? BUILT_IN_PROMPTS[promptVersion];
  if (known !== undefined) return known;
  const expected = `one of ${Object.keys(BUILT_IN_PROMPTS).join(", ")}, or the prompts themselves`;
  const where = manifestPath(directory);
  throw new InputError({ where, found: `prompts "${promptVersion}"`, expected, todo: "Run `isrf reason` again." });
}

function manifestPath(directory: string): string {
  return join(directory, "reasoning", "manifest.json");
}
