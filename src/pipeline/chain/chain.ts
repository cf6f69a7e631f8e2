// The stages from a dataset to a report, as one: texts, vectors, a model, its evaluation, some users' recommendations
// with reasons. A ledger keeps what is done; what the stages mean stands in their own folders.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { InputError } from "../../base/errors.ts";
import { exists, sha256, writeFileAtomic } from "../../base/files.ts";
import { type Report, silent } from "../../base/progress.ts";
import { WORK_SEED } from "../../base/seeds.ts";
import type { Dataset } from "../../data/index.ts";
import { openEmbeddings } from "../../embedding/index.ts";
import type { Device } from "../../engine/index.ts";
import { resolveOptions } from "../../recommenders/options/index.ts";
import { trainable } from "../../recommenders/registry.ts";
import { modelVersion } from "../../runs/model-version.ts";
import { isRun, openRun, type RunConfig, readRunConfig } from "../../runs/run.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import { MetricsLog } from "../../training/metrics-log.ts";
import { embed } from "../embed/embed.ts";
import { checkEncoderChoice, encoderName } from "../embed/encode-sides.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import type { EvaluationRecord } from "../evaluate/evaluation-record.ts";
import { readEvaluation } from "../evaluate/store.ts";
import { judgeChains } from "../reason/index.ts";
import { renderReport } from "../report/index.ts";
import { type TrainSummary, train } from "../train/index.ts";
import { chainReport, type ReportWords } from "./chain-report.ts";
import type { Facts, Ledger } from "./ledger.ts";
import type { ShownUser, ShowUsers } from "./shown-users.ts";
import { ATTRIBUTES, areTextsThere, type ChainTexts, checkTextSource, writeTexts } from "./text-source.ts";

export interface ChainPaths {
  readonly dataset: string;
  readonly run: string;
  /** The HTML file. */
  readonly report: string;
}

export interface ChainRequest {
  readonly dataset: Dataset;
  readonly paths: ChainPaths;
  readonly ledger: Ledger;
  /** Default: each stage's own. */
  readonly seed?: number | undefined;
  readonly device?: Device | undefined;
  readonly threads?: number | undefined;
  /** As `isrf reason --llm` takes it; default: the best at hand. */
  readonly llm?: string | undefined;
  /** False: vectors of the catalogue's own words, as writing texts would take too long. Default true. */
  readonly writesTexts?: boolean | undefined;
  /** Also say what a language model would cost. Default false. */
  readonly asksCost?: boolean | undefined;
  /** As `isrf embed --encoder` takes it. */
  readonly encoder?: string | undefined;
  readonly preset: string;
  /** Option values over the preset's. */
  readonly overrides?: Readonly<Record<string, unknown>> | undefined;
  /** Users asked in the evaluation; default: all. */
  readonly evaluatedUsers?: number | undefined;
  /** Whose recommendations are shown, and why. */
  readonly show: ShowUsers;
  /** What that depends on beside the run. */
  readonly showFacts?: Facts | undefined;
  readonly words: ReportWords;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ChainResult {
  readonly texts: ChainTexts;
  readonly vectors: ChainVectors;
  readonly training: TrainSummary;
  readonly evaluation: EvaluationRecord;
  readonly shown: readonly ShownUser[];
}

export interface ChainVectors {
  /** Of the folder in `embeddings/`. */
  readonly name: string;
  readonly encoder: string;
  readonly dimensions: number;
  /** Tells these vectors from others. */
  readonly hash: string;
}

/**
 * @throws UsageError for a choice that a later stage would refuse: a typing mistake should not cost the work before it.
 */
export function checkChoices({
  llm,
  encoder,
  preset,
}: Pick<ChainRequest, "llm" | "encoder"> & { preset?: string | undefined }): void {
  checkTextSource(llm);
  checkEncoderChoice({ encoder });
  encoderName({ encoder });
  if (preset !== undefined) resolveOptions(trainable("isrf").options, preset);
}

/** @throws what the stages throw; CancelledError when stopped. What is done stays done. */
export async function runChain(request: ChainRequest): Promise<ChainResult> {
  const { dataset, paths, ledger, words } = request;
  const texts = await textStage(request);
  const vectors = await vectorStage(request, texts);
  const training = await trainingStage(request, vectors);
  const evaluation = await evaluationStage(request, training);
  const shown = await showStage(request, training);
  if (ledger.hasWorked || !(await exists(paths.report))) {
    const metrics = await new MetricsLog(join(paths.run, "metrics.jsonl")).read();
    const drawn = request.writesTexts === false ? { chains: [] } : await sampleChains(request);
    const parts = { dataset, texts, stages: ledger.stages, metrics, training, evaluation, shown, ...drawn };
    await writeFileAtomic(paths.report, renderReport(chainReport(words, parts)));
  }
  return { texts, vectors, training, evaluation, shown };
}

/** Chains of each kind that the report shows. */
const SHOWN_CHAINS = 5;

async function sampleChains({ dataset, seed = WORK_SEED, signal }: ChainRequest) {
  const { chains, writing } = await judgeChains({ dataset, sample: SHOWN_CHAINS, seed, signal });
  return { chains, chainsBy: writing };
}

async function textStage(request: ChainRequest): Promise<ChainTexts> {
  const { dataset, ledger, writesTexts = true, llm, asksCost = false, seed, report = silent, signal } = request;
  if (!writesTexts) return ATTRIBUTES;
  return ledger.stage({
    name: "reason",
    facts: { "the dataset": dataset.hash, "--llm": llm ?? "the best at hand", ...seedFact(seed) },
    isWhole: (texts) => areTextsThere(dataset, texts),
    work: () => writeTexts({ dataset, llm, seed, asksCost, report, signal }),
    detail: ({ source, items, users }) => `${3 * (items + users)} texts, ${source}`,
  });
}

function vectorStage(request: ChainRequest, texts: ChainTexts): Promise<ChainVectors> {
  const { dataset, ledger, encoder, seed, device, report, signal } = request;
  const describe = async (name: string): Promise<ChainVectors> => {
    const { manifest } = await openEmbeddings(dataset.directory, name, dataset);
    // How long it took says nothing of what was made.
    const { seconds: _, ...vectors } = manifest;
    const { encoder, dimensions } = vectors;
    return { name, encoder: encoder.kind, dimensions, hash: sha256(JSON.stringify(vectors)) };
  };
  return ledger.stage({
    name: "embed",
    facts: { "the dataset": dataset.hash, "the texts": texts.hash, "--encoder": encoder ?? "lsa", ...seedFact(seed) },
    isWhole: async (vectors) => (await describe(vectors.name)).hash === vectors.hash,
    work: async () => {
      const isTransformer = encoder?.startsWith("transformer:") === true;
      const on = isTransformer ? device : undefined;
      const source = request.writesTexts === false ? ({ itemText: "attributes", userText: "attributes" } as const) : {};
      const { manifest } = await embed({ dataset, encoder, seed, device: on, ...source, report, signal });
      return describe(manifest.name);
    },
    detail: ({ encoder: kind, dimensions }) => `${kind}, ${dimensions} dimensions`,
  });
}

/** What the ledger keeps of a training. */
interface ChainTraining extends TrainSummary {
  /** Absent in ledgers of older versions. */
  readonly modelVersion?: string | undefined;
}

function trainingStage(request: ChainRequest, vectors: ChainVectors): Promise<ChainTraining> {
  const { dataset, paths, ledger, seed, device, preset, overrides, threads, report = silent, signal } = request;
  const shared = { dataset: paths.dataset, out: paths.run, embeddings: vectors.name, threads, report, signal };
  const begin = async (): Promise<TrainSummary> => {
    await rm(paths.run, { recursive: true, force: true });
    return train({ ...shared, seed, device, preset, overrides });
  };
  const goOn = async (): Promise<TrainSummary> => {
    try {
      return await train({ ...shared, resume: true });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      report({
        kind: "warning",
        message: `The training that was begun cannot go on; it begins again. ${error.message}`,
      });
      return begin();
    }
  };
  return ledger.stage({
    name: "train",
    facts: {
      "the dataset": dataset.hash,
      "the vectors": vectors.hash,
      "--preset": preset,
      "the training plan": JSON.stringify(overrides ?? {}),
      "--device": device ?? "cpu",
      ...seedFact(seed),
    },
    isWhole: async ({ config, modelVersion: version }) => {
      // Somebody may have trained into the folder meanwhile: by other settings, or by the same for longer.
      if (!isDeepStrictEqual(asStored(await readRunConfig(paths.run)), asStored(config))) return false;
      if (version !== undefined && version !== (await modelVersion(paths.run))) return false;
      return (await Checkpoints.ofRun(paths.run).open("best")) !== undefined;
    },
    work: async (how) => {
      const summary = await (how === "goes on" && (await isRun(paths.run)) ? goOn() : begin());
      return { ...summary, modelVersion: await modelVersion(paths.run) };
    },
    detail: ({ config, summary }) => `preset ${config.preset}, ${summary.epoch} epochs, ${summary.step} steps`,
  });
}

/** Without fields that are undefined. */
function asStored(config: RunConfig): unknown {
  return JSON.parse(JSON.stringify(config));
}

async function evaluationStage(request: ChainRequest, training: TrainSummary): Promise<EvaluationRecord> {
  const { paths, ledger, evaluatedUsers, device, threads, report, signal } = request;
  const isAsked = (record: EvaluationRecord): string => record.fingerprint.hash;
  await ledger.stage({
    name: "evaluate",
    facts: { "the run": nameOf(training), "the number of users": String(evaluatedUsers ?? "all") },
    isWhole: async ({ fingerprint }) => isAsked(await readEvaluation(paths.run)) === fingerprint,
    work: async () => {
      const record = await evaluate(paths.run, { users: evaluatedUsers, device, threads, report, signal });
      return { fingerprint: isAsked(record), users: record.users.evaluated };
    },
    detail: ({ users }) => `${users} users`,
  });
  return readEvaluation(paths.run);
}

function showStage(request: ChainRequest, training: TrainSummary): Promise<readonly ShownUser[]> {
  const { paths, ledger, show, showFacts, device, threads, report = silent } = request;
  return ledger.stage({
    name: "explain",
    facts: { "the run": nameOf(training), ...showFacts },
    isWhole: async () => true,
    work: async () => {
      report({ kind: "step", stage: "explain", done: 0, total: 1, unit: "users" });
      const run = await openRun(paths.run, { compile: { device, threads } });
      try {
        return await show(run);
      } finally {
        await run.recommender.dispose();
      }
    },
    detail: (shown) =>
      `user${shown.length === 1 ? "" : "s"} ${shown.map(({ explanation }) => explanation.user).join(", ")}`,
  });
}

/** Tells a trained model from others. */
function nameOf({ config, summary }: TrainSummary): string {
  return sha256(JSON.stringify({ ...config, dataset: config.dataset.hash, summary: { ...summary, seconds: 0 } }));
}

function seedFact(seed: number | undefined): Readonly<Record<string, string>> {
  return seed === undefined ? {} : { "--seed": String(seed) };
}
