// A run that answers without some terms of its scores.
import { UsageError } from "../base/errors.ts";
import type { OpenRun } from "./run.ts";

/** Names of terms, with commas between or one by one. */
export function termNames(words: readonly string[] = []): string[] {
  const names = words.flatMap((word) => word.split(",")).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ""))];
}

/**
 * `run`, its recommender with the terms of `words` silent; the run as it is where they name none. It holds nothing of
 * its own: only `run` is disposed of. @throws UsageError for an unknown term, and for a model that adds up none.
 */
export function withoutTerms(run: OpenRun, words: readonly string[] | undefined): OpenRun {
  const names = termNames(words);
  if (names.length === 0) return run;
  const { evidence } = run.recommender;
  if (evidence === undefined) {
    throw new UsageError(
      `--without ${names.join(",")}: scores of ${run.directory} (${run.config.model}, preset ${run.config.preset}) are no sums of named terms. Leave it out.`,
    );
  }
  return { ...run, recommender: evidence.without(names) };
}
