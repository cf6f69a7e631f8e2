// The training stage: dataset and vectors in, a run directory out.

import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { withLock } from "../base/lock.ts";
import { productVersion } from "../base/product-version.ts";
import { type Report, silent } from "../base/progress.ts";
import { writeSealedJson } from "../base/sealed-json.ts";
import { type Given, settingsOf } from "../base/settings.ts";
import { stoppable } from "../base/stopping.ts";
import {
  type Dataset,
  isOwnedWhole,
  loadCandidates,
  negativesOf,
  openedDataset,
  ownNegatives,
  PAPER_BANNER,
  type Protocol,
  type SentenceSource,
  type Split,
  splitOf,
  type TrainingView,
  trainingView,
} from "../data/index.ts";
import {
  type Embeddings,
  embeddingsDirectory,
  KeptSimilarUsers,
  openEmbeddings,
  vectorsDigest,
} from "../embedding/index.ts";
import type { TrainableDefinition, TrainResult } from "../recommenders/definition.ts";
import type { Crew } from "../recommenders/generative/index.ts";
import { ownNames, resolveOptions, type Values } from "../recommenders/options/index.ts";
import { trainable } from "../recommenders/registry.ts";
import type { WarmFrom } from "../recommenders/warm-from.ts";
import { isRun, RUN_LOCK, type RunConfig, readRunConfig, writeRunConfig } from "../runs/run.ts";
import { describeDataset } from "../runs/run-dataset.ts";
import { writeRunIds } from "../runs/run-ids.ts";
import { readTrainingRecord, writeTrainingRecord } from "../runs/training-record.ts";
import { Checkpoints } from "../training/checkpoints.ts";
import type { SharedWork } from "../training/shared-work.ts";
import { unlikeAuthors } from "./authors-texts.ts";
import { learntSentences, reviewsFor, reviewsOf, sentenceWords, withExplained } from "./sentences.ts";
import {
  carriedFrom,
  describeOrigin,
  inherited,
  inheritedOptions,
  openOrigin,
  refuseOthers,
  withNumbersOf,
} from "./train-from.ts";
import { trainSettings } from "./train-settings.ts";

export interface TrainOptions extends Given<typeof trainSettings> {
  /** Its directory, or the dataset opened. */
  readonly dataset: string | Dataset;
  /** Option values over the preset's. */
  readonly overrides?: Readonly<Record<string, unknown>> | undefined;
  /** Who computes parts of batches beside this process; see `withCrew`. */
  readonly crew?: Crew | undefined;
  /** What other trainings prepared, and where this one leaves its own. */
  readonly shared?: SharedWork | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TrainSummary extends TrainResult {
  readonly directory: string;
  readonly config: RunConfig;
  /** Wall time of this call. */
  readonly seconds: number;
}

/**
 * Train a recommender. Killed at any moment, `resume: true` goes on from the last checkpoint, bit for bit.
 * With `from`, it starts from that run's parameters, users and items found by their ids.
 * @throws UsageError when `out` holds a run (without resume), other files, or none (with resume), or an option is
 *   wrong;
 * InputError when dataset or vectors are missing or damaged; DeviceError; CancelledError when stopped;
 * InUseError when another process trains into `out`.
 */
export async function train(options: TrainOptions): Promise<TrainSummary> {
  return stoppable(
    options.signal,
    () => stoppedWords(options),
    () => openAndTrain(options),
  );
}

/** What was kept of a training that was stopped, and how to go on. */
async function stoppedWords({ out }: TrainOptions): Promise<string> {
  if (!(await isRun(out))) return `${out}: training was interrupted before it began. Run the same command again.`;
  const begun = await Checkpoints.ofRun(out).find("last");
  return begun === undefined
    ? `${out}: training was interrupted before its first step; --resume begins it again.`
    : `${out}: training was interrupted; the last checkpoint is kept. Go on with --resume.`;
}

async function openAndTrain(options: TrainOptions): Promise<TrainSummary> {
  const started = Date.now();
  const report = options.report ?? silent;
  const dataset = await openedDataset(options.dataset, report);
  const config = options.resume
    ? await resumedConfig(options, dataset, report)
    : await freshConfig(options, dataset, report);
  const definition = trainable(config.model);
  if (options.crew !== undefined) refuseIdleCrew(config);
  const embeddings =
    config.embeddings === null ? undefined : await openEmbeddings(dataset.directory, config.embeddings.name, dataset);
  if (embeddings !== undefined) await checkTexts(config, embeddings, dataset.directory);
  return withLock(join(options.out, RUN_LOCK), { command: "isrf train" }, () =>
    trainLocked({ ...options, report }, { started, dataset, config, definition, embeddings }),
  );
}

/** @throws UsageError where nothing of the training can be divided. */
function refuseIdleCrew({ model, options: { accumulate = 1 } }: RunConfig): void {
  if (Number(accumulate) > 1) return;
  throw new UsageError(
    `--helpers: ${model} computes each batch as a whole here, so there is nothing to divide. ` +
      "Generative systems take --set accumulate=N, which divides a batch into N parts.",
  );
}

interface Prepared {
  readonly started: number;
  readonly dataset: Dataset;
  readonly config: RunConfig;
  readonly definition: TrainableDefinition;
  readonly embeddings: Embeddings | undefined;
}

async function trainLocked(
  options: TrainOptions & { readonly report: Report },
  { started, dataset, config, definition, embeddings }: Prepared,
): Promise<TrainSummary> {
  const { report } = options;
  if (!options.resume) {
    // Another may have begun since the settings were checked.
    await refuseUsed(options.out);
    await writeRunConfig(options.out, config);
  }
  const split = splitOf(dataset);
  const reviews = await reviewsOf(dataset, config);
  const { view: seen, from } = await whatToShow(options, { config, dataset, split, reviews });
  const sentences = definition.learnsSentences?.(config.options)
    ? await learntSentences(dataset, config, reviews, report)
    : undefined;
  const view = sentences === undefined ? seen : withExplained(seen, sentences, dataset.directory);
  await writeTrainingRecord(options.out, view);
  await writeRunIds(options.out, dataset);
  if (config.protocol === "paper") report({ kind: "warning", message: PAPER_BANNER });
  const validationNegatives = await negativesFor(dataset);
  report({
    kind: "stage",
    stage: "train",
    detail: `${config.model} ${config.preset} on ${config.device}, into ${options.out}`,
  });
  if (sentences !== undefined) report({ kind: "notice", message: sentenceWords(view, sentences, config) });
  if (from !== undefined) report({ kind: "notice", message: originWords(config, dataset) });
  const result = await definition.train({
    options: config.options,
    seed: config.seed,
    split,
    view,
    from,
    items: dataset.items,
    embeddings,
    sentences,
    validationNegatives,
    directory: options.out,
    resume: options.resume === true,
    compile: { device: config.device, threads: options.threads },
    crew: options.crew,
    shared: options.shared,
    keptSimilarUsers: embeddings && keptBeside(dataset, embeddings),
    report,
    signal: options.signal,
  });
  const summary = { ...result, directory: options.out, config, seconds: (Date.now() - started) / 1000 };
  await writeSealedJson(join(options.out, "summary.json"), { ...result, seconds: summary.seconds });
  return summary;
}

function keptBeside({ directory }: Dataset, { manifest }: Embeddings): KeptSimilarUsers {
  return new KeptSimilarUsers(embeddingsDirectory(directory, manifest.name));
}

interface Shown {
  readonly config: RunConfig;
  readonly dataset: Dataset;
  readonly split: Split;
  readonly reviews: SentenceSource | undefined;
}

/** What training sees, and the run that it starts from, which matters until there is a checkpoint to go on from. */
async function whatToShow(
  { out, resume = false }: TrainOptions,
  { config, dataset, split, reviews }: Shown,
): Promise<{ readonly view: TrainingView; readonly from?: WarmFrom | undefined }> {
  const view = trainingView(config.protocol, dataset, split, config.itemNumbers, reviews);
  if (config.from === undefined) return { view };
  const isBegun = resume && (await Checkpoints.ofRun(out).find("last")) !== undefined;
  if (isBegun) return { view: (await readTrainingRecord(out)) ?? view };
  const carried = await carriedFrom(out, config.from, dataset, split, view);
  // Numbers that nobody reads would set a run apart from others on the same data.
  const readsNumbers = config.options.promptForm === "text";
  return { view: readsNumbers ? withNumbersOf(view, carried) : view, from: carried.from };
}

function originWords({ from }: RunConfig, { users, items }: Dataset): string {
  const { directory, known } = from!;
  return `starts from ${directory}, which knows ${known.users} of ${users.length} users and ${known.items} of ${items.length} items`;
}

async function freshConfig(options: TrainOptions, dataset: Dataset, report: Report): Promise<RunConfig> {
  await refuseUsed(options.out);
  const origin = options.from === undefined ? undefined : await openOrigin(options.from);
  const asked = origin === undefined ? options : overRun(inherited(origin), options);
  const settings = settingsOf("train", trainSettings, asked);
  const { model, preset, seed, device, protocol } = settings;
  const { overrides = {} } = options;
  const definition = trainable(model);
  if (protocol === "paper" && dataset.manifest.split !== undefined) throw splitUnderPaper(dataset.directory);
  const given = underOwnNames(definition, overrides, report);
  const isAsInOrigin = origin?.config.model === model && origin.config.preset === preset;
  const set = isAsInOrigin ? inheritedOptions(origin, definition) : {};
  const resolved = resolveOptions(definition.options, preset, { given, protocol, set });
  // Without a choice the record holds none, as that of earlier runs.
  const { itemNumbers } = asked;
  if (origin !== undefined) refuseOthers(origin, definition, { protocol, itemNumbers, options: resolved });
  if (itemNumbers === "random") refuseUnread(model, protocol, resolved);
  const embeddings = definition.needsEmbeddings
    ? await openEmbeddings(dataset.directory, settings.embeddings)
    : undefined;
  const unlike = embeddings && unlikeAuthors({ model, preset }, dataset.directory, embeddings.manifest);
  if (unlike !== undefined) report({ kind: "notice", message: unlike });
  return {
    format: 1,
    kind: "run",
    productVersion: productVersion(),
    model,
    preset,
    options: resolved,
    seed,
    protocol,
    itemNumbers,
    device,
    dataset: await describeDataset(options.out, dataset),
    embeddings: embeddings === undefined ? null : await describe(dataset.directory, embeddings, report),
    from: origin && (await describeOrigin(options.out, origin, dataset)),
    reviews: reviewsFor(dataset, {
      learnsSentences: definition.learnsSentences?.(resolved) ?? false,
      protocol,
      sentences: settings.sentences,
    }),
  };
}

/** What is not asked otherwise is the run's. */
function overRun(run: ReturnType<typeof inherited>, options: TrainOptions): TrainOptions {
  return {
    ...options,
    model: options.model ?? run.model,
    preset: options.preset ?? run.preset,
    seed: options.seed ?? run.seed,
    protocol: options.protocol ?? run.protocol,
    itemNumbers: options.itemNumbers ?? run.itemNumbers,
    embeddings: options.embeddings ?? run.embeddings,
  };
}

/** Option values under our names; whoever used RecBole's is told. */
function underOwnNames({ options }: TrainableDefinition, given: Values, report: Report): Values {
  const { values, notices } = ownNames(options, given);
  for (const message of notices) report({ kind: "notice", message });
  return values;
}

function splitUnderPaper(directory: string): UsageError {
  return new UsageError(
    `${directory} was made by isrf data split, and protocol paper trains on held-out pairs; train it under strict.`,
  );
}

/** Numbers that nobody reads would make two equal trainings look like two. */
function refuseUnread(model: string, protocol: Protocol, options: Readonly<Record<string, unknown>>): void {
  if (protocol === "paper")
    throw new UsageError(
      "itemNumbers random: protocol paper takes the numbers of the source file; leave one of them out.",
    );
  if (options.promptForm !== "text")
    throw new UsageError(
      `itemNumbers random: ${model} writes no item numbers with these options; expected a generative system with preset small, or --set promptForm=text --set recency=false.`,
    );
}

async function describe(
  dataset: string,
  { manifest }: Embeddings,
  report: Report,
): Promise<NonNullable<RunConfig["embeddings"]>> {
  if (manifest.userHistory === "full") {
    const message = `The user texts behind embeddings ${manifest.name} were made from full histories, held-out items included: this run leaks, and its evaluations say so (docs/protocols.md, L5).`;
    report({ kind: "warning", message });
  }
  return {
    name: manifest.name,
    textsBy: manifest.textsBy,
    itemTextHash: manifest.items.textHash,
    userTextHash: manifest.users.textHash,
    vectorsDigest: await vectorsDigest(dataset, manifest.name),
    userHistory: manifest.userHistory,
  };
}

async function refuseUsed(out: string): Promise<void> {
  if (await isRun(out))
    throw new UsageError(`${out} holds a run already. Go on with it by --resume, or name another --out.`);
  if ((await exists(out)) && (await readdir(out)).some((name) => name !== RUN_LOCK))
    throw new UsageError(`${out} is not empty; name another --out.`);
}

async function resumedConfig(options: TrainOptions, { directory, hash }: Dataset, report: Report): Promise<RunConfig> {
  if (!(await isRun(options.out)))
    throw new UsageError(`${options.out} holds no run to resume; leave --resume out to start one.`);
  const config = await readRunConfig(options.out);
  if (config.dataset.hash !== hash)
    throw new UsageError(`${options.out} was trained on other data than ${directory} holds now; start a new run.`);
  const overrides = underOwnNames(trainable(config.model), options.overrides ?? {}, report);
  refuseChanges({ ...options, overrides }, config);
  return config;
}

/** Repeating a setting is harmless; another value would be ignored, so it is refused. */
function refuseChanges({ out, overrides = {}, ...given }: TrainOptions, config: RunConfig): void {
  const kept: Readonly<Record<string, unknown>> = {
    model: config.model,
    preset: config.preset,
    seed: config.seed,
    device: config.device,
    protocol: config.protocol,
    itemNumbers: config.itemNumbers ?? "prefix",
    sentences: config.reviews?.learnt === true ? "reviews" : "texts",
    embeddings: config.embeddings?.name,
    from: config.from?.directory,
  };
  const from = given.from === undefined ? undefined : resolve(given.from);
  const asked = { ...given, from } as Readonly<Record<string, unknown>>;
  const wrong = [
    ...Object.keys(kept).filter((key) => asked[key] !== undefined && asked[key] !== kept[key]),
    ...Object.keys(overrides).filter((key) => overrides[key] !== config.options[key]),
  ];
  if (wrong.length === 0) return;
  const values = wrong.map((key) => `${key} ${String(kept[key] ?? config.options[key])}`).join(", ");
  throw new UsageError(
    `${out} was begun with ${values}: a resumed run keeps its settings. Leave them out, or start a new run.`,
  );
}

async function checkTexts({ embeddings }: RunConfig, { manifest }: Embeddings, dataset: string): Promise<void> {
  const isSame =
    embeddings!.itemTextHash === manifest.items.textHash && embeddings!.userTextHash === manifest.users.textHash;
  if (!isSame)
    throw new UsageError(
      `the texts behind ${dataset}/embeddings/${manifest.name} have changed since the run began; start a new run.`,
    );
  const { vectorsDigest: before } = embeddings!;
  if (before !== undefined && before !== (await vectorsDigest(dataset, manifest.name)))
    throw new UsageError(
      `the vectors in ${dataset}/embeddings/${manifest.name} are others than when the run began; start a new run.`,
    );
}

/** One account that has everything must not keep all others from being trained on. */
async function negativesFor(dataset: Dataset): Promise<(user: number) => Int32Array> {
  if (isOwnedWhole(dataset)) return (user) => ownNegatives(dataset, user);
  const stored = await loadCandidates(dataset, "valid", "uniform");
  return (user) => negativesOf(stored, user);
}
