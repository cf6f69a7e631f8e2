// The evaluation that a run has stored of its model, if any, with the ranks.
import { join } from "node:path";
import { exists } from "../../base/files.ts";
import type { Report } from "../../base/progress.ts";
import { type EvaluationRecord, questionName, type SystemRanks } from "../evaluate/evaluation-record.ts";
import { isOfEarlierModel } from "../evaluate/measured-model.ts";
import { readEvaluation, readRanks } from "../evaluate/store.ts";

export interface StoredEvaluation {
  readonly record: EvaluationRecord | undefined;
  /** Of the model, one entry per question. */
  readonly ranks: readonly SystemRanks[];
}

const NONE: StoredEvaluation = { record: undefined, ranks: [] };

/** None where the run was trained further since, which `report` is told. @throws InputError for damaged files. */
export async function storedEvaluation(directory: string, report: Report): Promise<StoredEvaluation> {
  if (!(await exists(join(directory, "evaluation.json")))) return NONE;
  const record = await readEvaluation(directory);
  if (await isOfEarlierModel(directory, record)) {
    const message = `${directory} was trained again, or further, after its evaluation, which is left out. Run: isrf evaluate ${directory}`;
    report({ kind: "warning", message });
    return NONE;
  }
  const ranks: SystemRanks[] = [];
  for (const task of record.tasks) {
    const found = await readRanks({ directory, record, question: questionName(task) });
    if (found !== undefined) ranks.push(found);
  }
  return { record, ranks };
}
