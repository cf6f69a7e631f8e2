// The evaluation that a run has stored, if any, with the ranks of its model.
import { join } from "node:path";
import { exists } from "../../base/files.ts";
import { type EvaluationRecord, questionName, type SystemRanks } from "../evaluate/evaluation-record.ts";
import { readEvaluation, readRanks } from "../evaluate/store.ts";

export interface StoredEvaluation {
  readonly record: EvaluationRecord | undefined;
  /** Of the model, one entry per question. */
  readonly ranks: readonly SystemRanks[];
}

/** @throws InputError for damaged files. */
export async function storedEvaluation(directory: string): Promise<StoredEvaluation> {
  if (!(await exists(join(directory, "evaluation.json")))) return { record: undefined, ranks: [] };
  const record = await readEvaluation(directory);
  const ranks: SystemRanks[] = [];
  for (const task of record.tasks) {
    const found = await readRanks({ directory, record, question: questionName(task) });
    if (found !== undefined) ranks.push(found);
  }
  return { record, ranks };
}
