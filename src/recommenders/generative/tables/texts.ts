// The text embeddings of a system that reads them.
import type { TrainingData } from "../examples/training-data.ts";

export function textsOf({ embeddings }: TrainingData): NonNullable<TrainingData["embeddings"]> {
  if (embeddings === undefined) throw new Error("internal: a system that reads texts was given none");
  return embeddings;
}
