// Evaluate a trained run: open it, put the protocol's questions to it and to the yardsticks, write the record into it.
import { DamageError } from "../../base/checksums.ts";
import { InputError, UsageError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { stoppable } from "../../base/stopping.ts";
import type { SentenceSource } from "../../data/index.ts";
import { openEmbeddings } from "../../embedding/index.ts";
import { readAddedItems } from "../../runs/added-items.ts";
import { areAsLearned, termNames, withChosenTerms } from "../../runs/chosen-terms.ts";
import { modelVersion } from "../../runs/model-version.ts";
import { openOptions } from "../../runs/open-options.ts";
import type { OpenRun } from "../../runs/run.ts";
import { openRunEmbeddings } from "../../runs/run-embeddings.ts";
import { readTrainingRecord } from "../../runs/training-record.ts";
import { withRun } from "../../runs/with-run.ts";
import { learntSentences, reviewsOf } from "../train/index.ts";
import { wantsWorkers } from "../work/workplace.ts";
import type { RankElsewhere } from "./ask.ts";
import { withWorkforce } from "./elsewhere/rank-elsewhere.ts";
import type { EvaluateOptions, System } from "./evaluate-options.ts";
import { evaluateRecommender } from "./evaluate-recommender.ts";
import type { EvaluationRecord } from "./evaluation-record.ts";
import { type FusedRun, openFusedRun } from "./fused-run.ts";
import { fusionsOf } from "./fusion.ts";
import { evaluateSettings } from "./settings.ts";
import { textChecks } from "./text-checks.ts";

export interface EvaluateRunOptions extends Given<typeof evaluateSettings> {
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Metrics of a run, by its directory or opened, beside the yardsticks; `evaluation.json` and the ranks are written into
 * the run, unless terms of its scores are left out or added.
 * @throws InputError for a directory that is no trained run or whose dataset changed; otherwise as
 *   `evaluateRecommender`.
 */
export function evaluate(run: string | OpenRun, options: EvaluateRunOptions = {}): Promise<EvaluationRecord> {
  const directory = typeof run === "string" ? run : run.directory;
  const words = `${directory}: the evaluation was stopped; nothing was written. Run the same command again.`;
  return stoppable(options.signal, words, () =>
    withRun(run, options, (opened) => evaluateOpened(withChosenTerms(opened, options), options)),
  );
}

async function evaluateOpened(run: OpenRun, options: EvaluateRunOptions): Promise<EvaluationRecord> {
  const { report = silent, signal } = options;
  const settings = settingsOf("evaluate", evaluateSettings, options);
  heedValidation(run, settings, report);
  refuseNothing(run, settings);
  await withoutAddedItems(run, report);
  const { split, tasks, users, metrics, yardsticks, memoryMiB } = settings;
  report({
    kind: "stage",
    stage: "evaluate",
    detail: `${run.recommender.name} on ${run.dataset.manifest.name}, ${split} items`,
  });
  const isWhole = areAsLearned(settings);
  const terms = { without: termNames(settings.without), favourNew: settings.favourNew };
  if (!isWhole) report({ kind: "notice", message: TERMS_WORDS });
  const vectors = await textVectors(run, options);
  const version = await modelVersion(run.directory);
  const view = await readTrainingRecord(run.directory);
  const checks = await textChecks(run, users);
  const source = isWhole ? await referencesOf(run, settings.sentences, report) : undefined;
  const ask = (elsewhere: RankElsewhere | undefined, beside: readonly System[] = [], fused?: FusedRun) =>
    evaluateRecommender({
      elsewhere,
      recommender: run.recommender,
      dataset: run.dataset,
      split: run.split,
      splitName: split,
      protocol: run.config.protocol,
      modelVersion: version,
      startedFrom: run.config.from && { directory: run.config.from.directory, hash: run.config.from.hash },
      directory: isWhole ? run.directory : undefined,
      terms: isWhole ? undefined : terms,
      report,
      beside,
      fusedWith: fused?.fusedWith,
      fusedView: fused?.view,
      checks: [...checks, ...(fused?.checks ?? [])],
      view,
      tasks,
      users,
      sentences: source && { source, most: settings.sentences },
      metrics,
      yardsticks,
      memoryMiB,
      threads: settings.threads,
      signal,
      ...vectors,
    });
  const askBeside = (elsewhere?: RankElsewhere) =>
    options.fuse === undefined
      ? ask(elsewhere)
      : withFusions(run, options, vectors, (beside, fused) => ask(elsewhere, beside, fused));
  if (!wantsWorkers(settings)) return await askBeside();
  const { workers, queue, objects, threads, device } = settings;
  return await withWorkforce(run, { workers, queue, objects, threads, device, terms, report, signal }, askBeside);
}

/** Validation items are asked for to choose by; what chose by them already would be measured on what it knows. */
function heedValidation(
  { recommender }: OpenRun,
  { split, fuse }: Pick<EvaluateRunOptions, "split" | "fuse">,
  report: Report,
): void {
  if (split !== "valid") return;
  if (fuse !== undefined)
    throw new UsageError(
      "evaluate: --fuse with --split valid: the weights of a fusion are chosen on these very validation items. Leave one of them out.",
    );
  if (recommender.evidence === undefined) return;
  const message = `${recommender.name} learned from validation items how far to believe its evidence: on them it answers better than on unseen ones.`;
  report({ kind: "notice", message });
}

/** Sentences alone (no task) are a question too: without any, an empty record would take the place of an evaluation. */
function refuseNothing(
  { recommender, directory }: OpenRun,
  { tasks, sentences }: Pick<EvaluateRunOptions, "tasks" | "sentences">,
): void {
  if (tasks === undefined || tasks.length > 0) return;
  if (recommender.sentences === undefined)
    throw new UsageError(
      `${directory}: ${recommender.name} learnt to write no sentences (generative models do by --set tasks=three), so there is no explanation to ask for; expected task ${recommender.tasks.join(" or ")}.`,
    );
  if (sentences === 0)
    throw new UsageError(`${directory}: explanations alone are asked for, on 0 pairs; expected --sentences 1 or more.`);
}

/** What the sentences of a run are compared with: what its third task learnt from. Undefined where it writes none. */
async function referencesOf(
  { recommender, dataset, config }: OpenRun,
  most: number,
  report: Report,
): Promise<SentenceSource | undefined> {
  if (recommender.sentences === undefined || most === 0) return undefined;
  return learntSentences(dataset, config, await reviewsOf(dataset, config), report);
}

const TERMS_WORDS =
  "Terms of the score are left out or added, the weights of the others are as they are: this is shown alone, and the run's evaluation.json stays.";

/** Metrics are those of the catalogue that the run was trained on. */
async function withoutAddedItems({ directory, config, added }: OpenRun, report: Report): Promise<void> {
  if (added !== undefined)
    throw new UsageError(`${directory} was opened with its added items; open it without them to evaluate it.`);
  const count = (await readAddedItems(directory, config))?.entries.length ?? 0;
  if (count === 0) return;
  const message = `${directory}: ${count} items that were added to the run are not part of the evaluation.`;
  report({ kind: "notice", message });
}

/** Evaluate beside the fusions with the graph model of `options.fuse`. */
async function withFusions<T>(
  run: OpenRun,
  options: EvaluateRunOptions,
  vectors: TextVectors,
  ask: (fusions: readonly System[], fused: FusedRun) => Promise<T>,
): Promise<T> {
  const { dataset, split, recommender } = run;
  const { report = silent, users } = options;
  const fused = await openFusedRun(run, options.fuse!, { ...openOptions(options), users });
  const { other } = fused;
  try {
    const parts = other === undefined ? { graph: recommender } : { graph: other.recommender, model: recommender };
    return await ask(await fusionsOf({ dataset, split, report, ...parts, ...vectors }), fused);
  } finally {
    await other?.recommender.dispose();
  }
}

type TextVectors = Pick<EvaluateOptions, "itemEmbeddings">;

/** Item vectors for the text yardsticks; a run can be evaluated without its own, but not without a word. */
async function textVectors(
  run: OpenRun,
  { embeddings: name, report = silent }: EvaluateRunOptions,
): Promise<TextVectors> {
  if (name !== undefined)
    return { itemEmbeddings: (await openEmbeddings(run.dataset.directory, name, run.dataset)).items };
  try {
    const embeddings = await openRunEmbeddings(run);
    return { itemEmbeddings: embeddings?.items };
  } catch (error) {
    // Left out where they are gone; but what is damaged must not pass as a finished evaluation.
    if (!(error instanceof InputError) || error instanceof DamageError) throw error;
    report({ kind: "warning", message: `The yardsticks that read texts are left out. ${error.message}` });
    return {};
  }
}
