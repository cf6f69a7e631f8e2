// What trainings of one row have in common.
import type { RunConfig } from "../../runs/run.ts";

/** Equal for trainings that differ in seed, data, what was made of the data, and place alone; as JSON. */
export function trainingSettings(config: RunConfig): string {
  const { model, preset, options, protocol, itemNumbers, embeddings, from, reviews } = config;
  const read = { embeddings: embeddings?.name, userHistory: embeddings?.userHistory, learnsReviews: reviews?.learnt };
  return JSON.stringify({ model, preset, options, protocol, itemNumbers, ...read, starts: from !== undefined });
}
