// Whether an evaluation still speaks of the model that lies beside it.
import { DamageError } from "../../base/checksums.ts";
import { modelVersion } from "../../runs/model-version.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import type { EvaluationRecord } from "./evaluation-record.ts";

/** False for a run without a model, such as one that was unpacked without it. */
export async function isTrained(directory: string): Promise<boolean> {
  return (await Checkpoints.ofRun(directory).find("best")) !== undefined;
}

/**
 * True where the run was trained further, or anew, since `record` was made. False where nobody can tell: records of
 * earlier versions do not say what they measured, and the model may be gone.
 */
export async function isOfEarlierModel(
  directory: string,
  { modelVersion: measured }: Pick<EvaluationRecord, "modelVersion">,
): Promise<boolean> {
  if (measured === undefined) return false;
  try {
    return (await isTrained(directory)) && (await modelVersion(directory)) !== measured;
  } catch (error) {
    if (error instanceof DamageError) return false;
    throw error;
  }
}
