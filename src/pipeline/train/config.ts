// The settings that a run is made by: resolved when it begins, held to when it goes on.
import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { productVersion } from "../../base/product-version.ts";
import type { Report } from "../../base/progress.ts";
import { settingsOf } from "../../base/settings.ts";
import type { Dataset, Protocol } from "../../data/index.ts";
import { type Embeddings, openEmbeddings, vectorsDigest } from "../../embedding/index.ts";
import type { TrainableDefinition } from "../../recommenders/definition.ts";
import { ownNames, resolveOptions, type Values } from "../../recommenders/options/index.ts";
import { trainable } from "../../recommenders/registry.ts";
import { isRun, RUN_LOCK, type RunConfig, readRunConfig } from "../../runs/run.ts";
import { describeDataset } from "../../runs/run-dataset.ts";
import { unlikeAuthors } from "./authors-texts.ts";
import { describeOrigin, inherited, inheritedOptions, openOrigin, refuseOthers } from "./from.ts";
import type { TrainOptions } from "./options.ts";
import { otherParts } from "./other-parts.ts";
import { reviewsFor } from "./sentences.ts";
import { trainSettings } from "./settings.ts";

/**
 * The settings of a new run, in full.
 * @throws UsageError when `out` holds something or an option is wrong; InputError when vectors are missing or damaged.
 */
export async function freshConfig(options: TrainOptions, dataset: Dataset, report: Report): Promise<RunConfig> {
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
  const set = isAsInOrigin ? inheritedOptions(origin, definition, given) : {};
  const resolved = resolveOptions(definition.options, preset, { given, protocol, set });
  const parts = otherParts(definition.options.presets[preset]?.accumulate, { ...set, ...given }, resolved);
  if (parts !== undefined) report({ kind: "notice", message: parts });
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
      `itemNumbers random: ${model} writes no item numbers with these options; expected a generative system with preset small, or --set promptForm=text --set recency=false (isrf: --set groupWord=false too).`,
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

/** @throws UsageError when `out` holds a run or other files. */
export async function refuseUsed(out: string): Promise<void> {
  if (await isRun(out))
    throw new UsageError(`${out} holds a run already. Go on with it by --resume, or name another --out.`);
  if ((await exists(out)) && (await readdir(out)).some((name) => name !== RUN_LOCK))
    throw new UsageError(`${out} is not empty; name another --out.`);
}

/** @throws UsageError when there is no run, its data have changed, or a setting that is not the run's is asked for. */
export async function resumedConfig(
  options: TrainOptions,
  { directory, hash }: Dataset,
  report: Report,
): Promise<RunConfig> {
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

/** @throws UsageError when texts or vectors are others than when the run began. */
export async function refuseOtherTexts(
  { embeddings }: RunConfig,
  { manifest }: Embeddings,
  dataset: string,
): Promise<void> {
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
