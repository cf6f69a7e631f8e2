// The training stage: dataset and vectors in, a run directory out.
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../base/errors.ts";
import { exists, writeJsonAtomic } from "../base/files.ts";
import { productVersion } from "../base/product-version.ts";
import { type Report, silent } from "../base/progress.ts";
import { loadCandidates, negativesOf, openDataset, splitLeaveLastTwo } from "../data/index.ts";
import { type Embeddings, openEmbeddings } from "../embedding/index.ts";
import type { Device } from "../engine/index.ts";
import type { TrainResult } from "../recommenders/definition.ts";
import { trainable } from "../recommenders/registry.ts";
import { absolute, isRun, type RunConfig, readRunConfig, writeRunConfig } from "./run.ts";

export interface TrainOptions {
  /** Dataset directory. */
  readonly dataset: string;
  /** Run directory to write. */
  readonly out: string;
  readonly model?: string;
  readonly preset?: string;
  /** Option values over the preset's. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Name of the embeddings inside the dataset; default "lsa". */
  readonly embeddings?: string;
  readonly seed?: number;
  readonly device?: Device;
  readonly threads?: number;
  /** Go on with a run that was interrupted; its settings are kept. */
  readonly resume?: boolean;
  readonly report?: Report;
  readonly signal?: AbortSignal;
}

export interface TrainSummary extends TrainResult {
  readonly directory: string;
  readonly config: RunConfig;
  /** Wall time of this call. */
  readonly seconds: number;
}

/**
 * Train a recommender. Killed at any moment, `resume: true` goes on from the last checkpoint, bit for bit.
 * @throws UsageError when `out` holds a run (without resume), other files, or none (with resume), or an option is wrong;
 * InputError when dataset or vectors are missing or damaged; DeviceError; CancelledError when stopped.
 */
export async function train(options: TrainOptions): Promise<TrainSummary> {
  const started = Date.now();
  const report = options.report ?? silent;
  const dataset = await openDataset(options.dataset);
  const config = options.resume ? await resumedConfig(options, dataset.hash) : await freshConfig(options, dataset);
  const definition = trainable(config.model);
  const embeddings =
    config.embeddings === null ? undefined : await openEmbeddings(dataset.directory, config.embeddings.name, dataset);
  if (embeddings !== undefined) checkTexts(config, embeddings, options.dataset);
  if (!options.resume) {
    await mkdir(options.out, { recursive: true });
    await writeRunConfig(options.out, config);
  }
  const negatives = await loadCandidates(dataset, "valid", "uniform");
  report({
    kind: "stage",
    stage: "train",
    detail: `${config.model} ${config.preset} on ${config.device}, into ${options.out}`,
  });
  const result = await definition.train({
    options: config.options,
    seed: config.seed,
    split: splitLeaveLastTwo(dataset),
    embeddings,
    validationNegatives: (user) => negativesOf(negatives, user),
    directory: options.out,
    resume: options.resume === true,
    compile: { device: config.device, ...(options.threads === undefined ? {} : { threads: options.threads }) },
    report,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const summary = { ...result, directory: options.out, config, seconds: (Date.now() - started) / 1000 };
  await writeJsonAtomic(join(options.out, "summary.json"), { ...result, seconds: summary.seconds });
  return summary;
}

async function freshConfig(
  options: TrainOptions,
  dataset: { directory: string; hash: string; manifest: { name: string } },
): Promise<RunConfig> {
  await refuseUsed(options.out);
  const { model = "isrf", preset = "mini", overrides = {}, seed = 2026, device = "cpu" } = options;
  const definition = trainable(model);
  const resolved = definition.resolve(preset, overrides);
  const embeddings = definition.needsEmbeddings
    ? await openEmbeddings(options.dataset, options.embeddings ?? "lsa")
    : undefined;
  return {
    format: 1,
    kind: "run",
    productVersion: productVersion(),
    model,
    preset,
    options: resolved,
    seed,
    protocol: "strict",
    device,
    dataset: { directory: absolute(dataset.directory), name: dataset.manifest.name, hash: dataset.hash },
    embeddings: embeddings === undefined ? null : describe(embeddings),
  };
}

function describe({ manifest }: Embeddings): NonNullable<RunConfig["embeddings"]> {
  return {
    name: manifest.name,
    textsBy: manifest.textsBy,
    itemTextHash: manifest.items.textHash,
    userTextHash: manifest.users.textHash,
  };
}

async function refuseUsed(out: string): Promise<void> {
  if (await isRun(out))
    throw new UsageError(`${out} holds a run already. Go on with it by --resume, or name another --out.`);
  if ((await exists(out)) && (await readdir(out)).length > 0)
    throw new UsageError(`${out} is not empty; name another --out.`);
}

async function resumedConfig(options: TrainOptions, datasetHash: string): Promise<RunConfig> {
  if (!(await isRun(options.out)))
    throw new UsageError(`${options.out} holds no run to resume; leave --resume out to start one.`);
  const config = await readRunConfig(options.out);
  if (config.dataset.hash !== datasetHash)
    throw new UsageError(
      `${options.out} was trained on other data than ${options.dataset} holds now; start a new run.`,
    );
  if (options.overrides !== undefined && Object.keys(options.overrides).length > 0) {
    throw new UsageError("--set does not go with --resume: a resumed run keeps its settings.");
  }
  return config;
}

function checkTexts({ embeddings }: RunConfig, { manifest }: Embeddings, dataset: string): void {
  const isSame =
    embeddings!.itemTextHash === manifest.items.textHash && embeddings!.userTextHash === manifest.users.textHash;
  if (!isSame)
    throw new UsageError(
      `the texts behind ${dataset}/embeddings/${manifest.name} have changed since the run began; start a new run.`,
    );
}
