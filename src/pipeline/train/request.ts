// What a training reads, for the process that trains a run, and for that of a part of it.
import { join } from "node:path";
import {
  type Dataset,
  isOwnedWhole,
  loadCandidates,
  negativesOf,
  ownNegatives,
  type SentenceSource,
  type Split,
  type TrainingView,
  trainingView,
} from "../../data/index.ts";
import { type Embeddings, embeddingsDirectory, KeptSimilarUsers } from "../../embedding/index.ts";
import type { TrainRequest } from "../../recommenders/definition.ts";
import { trainable } from "../../recommenders/registry.ts";
import type { WarmFrom } from "../../recommenders/warm-from.ts";
import type { RunConfig } from "../../runs/run.ts";
import { readTrainingRecord } from "../../runs/training-record.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import { carriedFrom, withNumbersOf } from "./from.ts";
import type { TrainOptions } from "./options.ts";

interface Known extends Pick<TrainRequest, "split" | "view" | "from" | "report" | "signal"> {
  readonly config: RunConfig;
  readonly dataset: Dataset;
  readonly embeddings: Embeddings | undefined;
}

/** What training the run in `out` reads, and how. */
export async function requestFor(
  { out, resume = false, threads }: Pick<TrainOptions, "out" | "resume" | "threads">,
  { config, dataset, embeddings, ...seen }: Known,
): Promise<TrainRequest> {
  return {
    ...seen,
    options: config.options,
    seed: config.seed,
    items: dataset.items,
    embeddings,
    validationNegatives: await negativesFor(dataset),
    directory: out,
    resume,
    compile: { device: config.device, threads },
    keptSimilarUsers: embeddings && keptBeside(dataset, embeddings),
  };
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

/**
 * What training sees, and the run that it starts from, which matters until each part has a checkpoint to go on from.
 */
export async function whatToShow(
  { out, resume = false }: Pick<TrainOptions, "out" | "resume">,
  { config, dataset, split, reviews }: Shown,
): Promise<{ readonly view: TrainingView; readonly from?: WarmFrom | undefined }> {
  const view = trainingView(config.protocol, dataset, split, config.itemNumbers, reviews);
  if (config.from === undefined) return { view };
  const fresh = resume ? await freshParts(out, config) : [RUN_ITSELF];
  const begun = fresh.includes(RUN_ITSELF) ? undefined : ((await readTrainingRecord(out)) ?? view);
  if (begun !== undefined && fresh.length === 0) return { view: begun };
  const carried = await carriedFrom(out, config.from, { dataset, split, view, part: begun && fresh[0] });
  const { from } = carried;
  if (begun !== undefined) return { view: begun, from };
  // Numbers that nobody reads would set a run apart from others on the same data.
  const readsNumbers = config.options.promptForm === "text";
  return { view: readsNumbers ? withNumbersOf(view, carried) : view, from };
}

/** The folder of the part that is the run's own. */
const RUN_ITSELF = "";

/** Folders of the parts that have no checkpoint to go on from yet. */
async function freshParts(out: string, { model, options }: RunConfig): Promise<string[]> {
  const folders = trainable(model).folders?.(options) ?? [];
  const parts = [RUN_ITSELF, ...folders.filter(({ isTraining }) => isTraining).map(({ name }) => name)];
  const last = await Promise.all(parts.map((part) => Checkpoints.ofRun(join(out, part)).find("last")));
  return parts.filter((_, i) => last[i] === undefined);
}

/** One account that has everything must not keep all others from being trained on. */
async function negativesFor(dataset: Dataset): Promise<(user: number) => Int32Array> {
  if (isOwnedWhole(dataset)) return (user) => ownNegatives(dataset, user);
  const stored = await loadCandidates(dataset, "valid", "uniform");
  return (user) => negativesOf(stored, user);
}
