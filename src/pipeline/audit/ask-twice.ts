// The same questions put to a model twice, with everything written down: a list that grows or a model that writes into
// its requests shows in the second round (docs/protocols.md, L8).
import { join } from "node:path";
import { sha256File } from "../../base/files.ts";
import { EvaluationError } from "../../evaluation/index.ts";
import type { EvaluateOptions } from "../evaluate/evaluate-options.ts";
import { evaluateRecommender } from "../evaluate/evaluate-recommender.ts";
import type { EvaluationRecord } from "../evaluate/evaluation-record.ts";
import { type Recorded, recording } from "./recording.ts";

export interface AskedTwice {
  readonly first: readonly Recorded[];
  readonly second: readonly Recorded[];
  /** Requests that the model changed in place, in both rounds. */
  readonly changedRequests: number;
  /** SHA-256 of the dataset's stored candidates, before the first and after the second round. */
  readonly stored: { readonly before: string; readonly after: string };
  /** Of the first round; absent when it was refused. */
  readonly evaluation?: EvaluationRecord | undefined;
  /** Why an answer was refused, which ends the round. */
  readonly refusal?: string | undefined;
}

export async function askTwice(options: EvaluateOptions, datasetDirectory: string): Promise<AskedTwice> {
  const isSplit = options.dataset.manifest.split !== undefined;
  const candidates = join(datasetDirectory, isSplit ? "questions.parquet" : "candidates.parquet");
  const before = await sha256File(candidates);
  const first = await ask(options);
  const second = await ask(options);
  return {
    first: first.records,
    second: second.records,
    changedRequests: first.changedRequests + second.changedRequests,
    stored: { before, after: await sha256File(candidates) },
    evaluation: first.evaluation,
    refusal: first.refusal,
  };
}

interface Round {
  readonly records: readonly Recorded[];
  readonly changedRequests: number;
  readonly evaluation?: EvaluationRecord | undefined;
  readonly refusal?: string | undefined;
}

async function ask(options: EvaluateOptions): Promise<Round> {
  const recommender = recording(options.recommender);
  const seen = () => ({ records: recommender.records, changedRequests: recommender.changedRequests });
  try {
    const evaluation = await evaluateRecommender({ ...options, recommender });
    return { ...seen(), evaluation };
  } catch (error) {
    if (error instanceof EvaluationError) return { ...seen(), refusal: error.message };
    throw error;
  }
}
