// Several processes may write answers at once, and divide the work; but nobody may replace the dataset under them.
import { withSharedLock } from "../../base/lock.ts";
import { unlessReplaced } from "../../data/index.ts";

export function writingAnswers<T>(dataset: string, command: string, work: () => Promise<T>): Promise<T> {
  return withSharedLock(dataset, "reason", { command, unless: unlessReplaced(dataset) }, work);
}
