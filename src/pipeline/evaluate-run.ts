// Evaluate a trained run: open it, put the protocol's questions to it and to the yardsticks, write the record into it.
import { InputError } from "../base/errors.ts";
import { type Report, silent } from "../base/progress.ts";
import type { SplitName } from "../data/index.ts";
import { GenerativeRecommender } from "../recommenders/generative/recommender.ts";
import type { Task } from "../recommenders/recommender.ts";
import { evaluateRecommender } from "./evaluate.ts";
import type { EvaluateOptions } from "./evaluation/evaluate-options.ts";
import type { EvaluationRecord } from "./evaluation/evaluation-record.ts";
import { openOptions, type Place } from "./open-options.ts";
import { type OpenRun, openRun } from "./run.ts";
import { openRunEmbeddings } from "./run-embeddings.ts";

export interface EvaluateRunOptions extends Place {
  /** Default: all tasks of the model. */
  readonly tasks?: readonly Task[];
  /** Which held-out item is asked for. Default "test". */
  readonly split?: SplitName;
  /** Size of a fixed random subset of users. Default: all. */
  readonly users?: number;
  readonly report?: Report;
  readonly signal?: AbortSignal;
}

/**
 * Metrics of a run beside the yardsticks; `evaluation.json` and the ranks are written into the run.
 * @throws InputError for a directory that is no trained run or whose dataset changed; otherwise as `evaluateRecommender`.
 */
export async function evaluateRun(directory: string, options: EvaluateRunOptions = {}): Promise<EvaluationRecord> {
  const { tasks, split = "test", users, report = silent, signal } = options;
  const run = await openRun(directory, openOptions(options));
  try {
    report({
      kind: "stage",
      stage: "evaluate",
      detail: `${run.config.model} on ${run.dataset.manifest.name}, ${split} items`,
    });
    return await evaluateRecommender({
      recommender: run.recommender,
      dataset: run.dataset,
      split: run.split,
      splitName: split,
      protocol: run.config.protocol,
      directory,
      report,
      ...(tasks === undefined ? {} : { tasks }),
      ...(users === undefined ? {} : { users }),
      ...(signal === undefined ? {} : { signal }),
      ...decodingOf(run),
      ...(await textVectors(run, report)),
    });
  } finally {
    await run.recommender.dispose();
  }
}

/** Free decoding can name invalid items: their rates belong beside its metrics. */
function decodingOf({ recommender }: OpenRun): Pick<EvaluateOptions, "decoding" | "decodingCounts"> {
  if (!(recommender instanceof GenerativeRecommender) || recommender.state.network.options.decoding !== "free")
    return {};
  return { decoding: "free", decodingCounts: () => recommender.decodingCounts };
}

/** Item vectors for the text yardstick; a run can be evaluated without them, but not without a word. */
async function textVectors(run: OpenRun, report: Report): Promise<Pick<EvaluateOptions, "itemEmbeddings">> {
  try {
    const embeddings = await openRunEmbeddings(run);
    return embeddings === undefined ? {} : { itemEmbeddings: embeddings.items };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    report({ kind: "warning", message: `The yardstick item-knn-text is left out. ${error.message}` });
    return {};
  }
}
