// The data of a study: opened, or made once in the study's folder; with the vectors that its systems read.
import { join } from "node:path";
import { DamageError } from "../../base/checksums.ts";
import { InputError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { type Report, silent } from "../../base/progress.ts";
import { WORK_SEED } from "../../base/seeds.ts";
import { type Dataset, importDataset, openDataset, synthesiseShop } from "../../data/index.ts";
import { openEmbeddings } from "../../embedding/index.ts";
import { readReasoningManifest } from "../../reasoning/index.ts";
import { embed } from "../embed/embed.ts";
import { reason } from "../reason/reason.ts";
import type { DatasetConfig } from "./study-config.ts";

export interface PrepareOptions {
  /** Folder of the study. */
  readonly out: string;
  /** Name of the vectors that must be there; undefined when nobody reads any. */
  readonly embeddings: string | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws as the stages it calls. */
export async function prepareDataset(given: string | DatasetConfig, options: PrepareOptions): Promise<Dataset> {
  const dataset = typeof given === "string" ? await openDataset(given) : await ownDataset(given, options);
  if (options.embeddings !== undefined) await ensureEmbeddings(dataset, options.embeddings, options);
  return dataset;
}

async function ownDataset(
  { name, p5, synth, domain }: DatasetConfig,
  { out, report = silent }: PrepareOptions,
): Promise<Dataset> {
  const directory = join(out, "data", name);
  if (await exists(join(directory, "manifest.json"))) return openDataset(directory);
  const common = { out: directory, name, domain };
  return p5 === undefined
    ? synthesiseShop({ ...common, ...synth }, report)
    : importDataset({ ...common, dir: p5 }, report);
}

/** Texts by rule where nobody has reasoned yet. */
async function ensureEmbeddings(
  dataset: Dataset,
  name: string,
  { report = silent, signal }: PrepareOptions,
): Promise<void> {
  if (await isThere(() => openEmbeddings(dataset.directory, name, dataset))) return;
  const shared = { dataset, seed: WORK_SEED, report, signal };
  if (!(await isThere(() => readReasoningManifest(dataset.directory)))) await reason(shared);
  await embed({ ...shared, name });
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
