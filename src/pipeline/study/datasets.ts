// The data of a study: opened, or made once in the study's folder; with the vectors that its systems read.
import { basename, join } from "node:path";
import { DamageError } from "../../base/checksums.ts";
import { InputError, UsageError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { type Report, silent } from "../../base/progress.ts";
import { WORK_SEED } from "../../base/seeds.ts";
import { type Dataset, importDataset, openDataset, synthesiseShop } from "../../data/index.ts";
import { embeddingsDirectory, openEmbeddings } from "../../embedding/index.ts";
import { OFFLINE_LABEL, readReasoningManifest } from "../../reasoning/index.ts";
import { type EmbedOptions, embed } from "../embed/embed.ts";
import { reason } from "../reason/reason.ts";
import { olderTexts, refuseOlder, refuseUnfinished } from "./older-texts.ts";
import type { DatasetConfig } from "./study-config.ts";
import { USUAL_EMBEDDINGS } from "./study-plan.ts";
import { recipeOf, refuseUnlike } from "./vectors-like.ts";

/** Vectors by their name, and what they are made from. */
export interface StudyVectors extends Pick<EmbedOptions, "encoder" | "itemText" | "userText"> {
  readonly name: string;
  /** Made as the vectors of this name were, instead of by `encoder`. */
  readonly like?: string | undefined;
}

export interface PrepareOptions {
  /** Folder of the study. */
  readonly out: string;
  /** Vectors that must be there; made where missing, if it is said how. */
  readonly vectors: readonly StudyVectors[];
  /** Texts must be a chain of steps by a language model: those that rules write have no steps to compare. */
  readonly needsChain?: boolean | undefined;
  /** Nothing that is there is replaced: what a run would make anew is told. */
  readonly isEstimate?: boolean | undefined;
  /** Gets the data before texts and vectors are made for them, which may take hours; throws to refuse them. */
  readonly admit?: ((dataset: Dataset) => void) | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws as the stages it calls, and `admit`. */
export async function prepareDataset(given: string | DatasetConfig, options: PrepareOptions): Promise<Dataset> {
  const dataset = typeof given === "string" ? await openDataset(given) : await ownDataset(given, options);
  options.admit?.(dataset);
  if (options.needsChain) await refuseRules(dataset);
  for (const vectors of options.vectors) await ensureEmbeddings(dataset, vectors, options);
  return dataset;
}

/** Who wrote its texts; undefined where nothing was reasoned. */
async function writerOf({ directory }: Dataset): Promise<string | undefined> {
  const manifest = await readReasoningManifest(directory).catch((error: unknown) => {
    if (error instanceof InputError && !(error instanceof DamageError)) return undefined;
    throw error;
  });
  return manifest?.label;
}

/** Whether a language model wrote its texts, each step told the one before. */
export async function hasChains(dataset: Dataset): Promise<boolean> {
  const writer = await writerOf(dataset);
  return writer !== undefined && writer !== OFFLINE_LABEL;
}

async function refuseRules(dataset: Dataset): Promise<void> {
  if (await hasChains(dataset)) return;
  const { directory } = dataset;
  const found = (await writerOf(dataset)) === undefined ? "no reasoned texts" : `texts that are ${OFFLINE_LABEL}`;
  throw new UsageError(
    `${directory}: ${found}. Their positive, negative and feature texts are no steps of a chain, so that comparing them says nothing of reasoning. Reason by a language model (isrf reason ${directory} --llm KIND:MODEL), or compare the rules' texts with --rules.`,
  );
}

async function ownDataset(
  { name, p5, synth, domain, explanations }: DatasetConfig,
  { out, report = silent }: PrepareOptions,
): Promise<Dataset> {
  const directory = join(out, "data", name);
  if (await exists(join(directory, "manifest.json"))) {
    const made = await openDataset(directory);
    refuseOtherReviews(made, [explanations ?? []].flat());
    return made;
  }
  const common = { out: directory, name, domain };
  return p5 === undefined
    ? synthesiseShop({ ...common, ...synth }, report)
    : importDataset({ ...common, dir: p5, explanations }, report);
}

/** A data set is imported once: review files that are named later would be read by nobody. */
function refuseOtherReviews({ directory, manifest }: Dataset, files: readonly string[]): void {
  const [had, asked] = [manifest.explanations?.files ?? [], files].map((some) =>
    some.map((file) => basename(file)).sort(),
  );
  if (had!.join() === asked!.join()) return;
  const found = had!.length === 0 ? "without review files" : `with review files ${had!.join(", ")}`;
  const wanted = asked!.length === 0 ? "none" : asked!.join(", ");
  const todo = asked!.length === 0 ? "name them" : "leave explanations out";
  throw new UsageError(
    `${directory} was imported ${found}, and explanations names ${wanted}. Delete that folder to import it anew, or ${todo}.`,
  );
}

/**
 * Texts by rule where nobody reasoned yet.
 * @throws InputError for missing vectors that nothing says how to make, and for somebody else's of older texts.
 */
async function ensureEmbeddings(
  dataset: Dataset,
  { like, ...vectors }: StudyVectors,
  { isEstimate = false, report = silent, signal }: PrepareOptions,
): Promise<void> {
  const { name } = vectors;
  const { directory } = dataset;
  const open = () => openEmbeddings(directory, name, dataset);
  const isOwn = like !== undefined || vectors.encoder !== undefined;
  const isMade = isOwn || name === USUAL_EMBEDDINGS;
  const make = async () => {
    const recipe = like === undefined ? {} : await recipeOf(directory, like);
    await embed({ dataset, seed: WORK_SEED, report, signal, madeBy: "study", ...vectors, ...recipe });
  };
  if (isMade && !(await isThere(open))) {
    if (!(await isThere(() => readReasoningManifest(directory))))
      await reason({ dataset, seed: WORK_SEED, report, signal });
    await make();
  } else {
    const { manifest } = await open();
    const older = await olderTexts(dataset, manifest);
    if (older !== undefined && !isOwn && manifest.madeBy !== "study") throw refuseOlder(dataset, name, older);
    if (older !== undefined) {
      if (!older.isWhole) throw refuseUnfinished(dataset, name);
      const when = isEstimate ? "would be made anew by a run" : "made anew";
      const message = `${embeddingsDirectory(directory, name)}: ${when}, since its texts were ${older.before} and are ${older.now} now. Runs that were trained with the older vectors will not find theirs.`;
      report({ kind: "notice", message });
      if (isEstimate) return;
      await make();
    }
  }
  if (like !== undefined) await refuseUnlike(dataset, name, like);
}

async function isThere(open: () => Promise<unknown>): Promise<boolean> {
  try {
    await open();
    return true;
  } catch (error) {
    // Damaged is not absent: what somebody made is not replaced.
    if (error instanceof InputError && !(error instanceof DamageError)) return false;
    throw error;
  }
}
