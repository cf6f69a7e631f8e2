import { UsageError } from "../../base/errors.ts";
import { type DatasetSplit, splitWords } from "./dataset-split.ts";

/** @param todo What to do to the source instead, such as "Append to". */
export function splitAlready(directory: string, { rule, source }: DatasetSplit, todo: string): UsageError {
  return new UsageError(
    `${directory} was made by isrf data split (${splitWords(rule)}) and lacks what it holds out. ${todo} its source, ${source.name} (${source.hash.slice(0, 8)}), and split that.`,
  );
}
