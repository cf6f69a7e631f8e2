// The training stage: dataset and vectors in, a run directory out.
import { join } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { withLock } from "../../base/lock.ts";
import { type Report, silent } from "../../base/progress.ts";
import { writeSealedJson } from "../../base/sealed-json.ts";
import { stoppable } from "../../base/stopping.ts";
import { type Dataset, openedDataset, PAPER_BANNER, splitOf } from "../../data/index.ts";
import { type Embeddings, openEmbeddings } from "../../embedding/index.ts";
import type { TrainApart, TrainableDefinition, TrainResult } from "../../recommenders/definition.ts";
import { trainable } from "../../recommenders/registry.ts";
import { isRun, RUN_LOCK, type RunConfig, writeRunConfig } from "../../runs/run.ts";
import { writeRunIds } from "../../runs/run-ids.ts";
import { writeTrainingRecord } from "../../runs/training-record.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import { trainPartApart } from "./apart/part-apart.ts";
import { freshConfig, refuseOtherTexts, refuseUsed, resumedConfig } from "./config.ts";
import type { TrainOptions } from "./options.ts";
import { requestFor, whatToShow } from "./request.ts";
import { learntSentences, reviewsOf, sentenceWords, withExplained, withTexts } from "./sentences.ts";

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
  if (embeddings !== undefined) await refuseOtherTexts(config, embeddings, dataset.directory);
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
  { started, dataset, config: settings, definition, embeddings }: Prepared,
): Promise<TrainSummary> {
  const { report } = options;
  // Another may have begun since the settings were checked.
  if (!options.resume) await refuseUsed(options.out);
  const reviews = await reviewsOf(dataset, settings);
  const sentences = definition.learnsSentences?.(settings.options)
    ? await learntSentences(dataset, settings, reviews, report)
    : undefined;
  const config = withTexts(settings, sentences, options);
  if (!options.resume) await writeRunConfig(options.out, config);
  const split = splitOf(dataset);
  const { view: seen, from } = await whatToShow(options, { config, dataset, split, reviews });
  const view = sentences === undefined ? seen : withExplained(seen, sentences, dataset.directory);
  await writeTrainingRecord(options.out, view);
  await writeRunIds(options.out, dataset);
  if (config.protocol === "paper") report({ kind: "warning", message: PAPER_BANNER });
  report({
    kind: "stage",
    stage: "train",
    detail: `${config.model} ${config.preset} on ${config.device}, into ${options.out}`,
  });
  if (sentences !== undefined) report({ kind: "notice", message: sentenceWords(view, sentences, config) });
  if (from !== undefined) report({ kind: "notice", message: originWords(config, dataset) });
  const { signal } = options;
  const result = await definition.train({
    ...(await requestFor(options, { config, dataset, embeddings, split, view, from, report, signal })),
    sentences,
    apart: apartOf(options, dataset),
    crew: options.crew,
    shared: options.shared,
  });
  const summary = { ...result, directory: options.out, config, seconds: (Date.now() - started) / 1000 };
  await writeSealedJson(join(options.out, "summary.json"), { ...result, seconds: summary.seconds });
  return summary;
}

function apartOf({ out, resume = false }: TrainOptions, { directory: dataset }: Dataset): TrainApart {
  return (part, { threads, ...watched }) => trainPartApart({ dataset, out, part, threads, resume }, watched);
}

function originWords({ from }: RunConfig, { users, items }: Dataset): string {
  const { directory, known } = from!;
  return `starts from ${directory}, which knows ${known.users} of ${users.length} users and ${known.items} of ${items.length} items`;
}
