// A run that answers without some terms of its scores, or with what the caller adds to them.
import { UsageError } from "../base/errors.ts";
import type { EvidenceSource } from "../recommenders/recommender.ts";
import type { OpenRun } from "./run.ts";

/** As `termSettings` takes them. */
export interface TermChoice {
  readonly without?: readonly string[] | undefined;
  readonly favourNew?: number | undefined;
}

/** Names of terms, with commas between or one by one. */
export function termNames(words: readonly string[] = []): string[] {
  const names = words.flatMap((word) => word.split(",")).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ""))];
}

/** Whether scores are those that were learned. */
export function areAsLearned({ without, favourNew = 0 }: TermChoice): boolean {
  return termNames(without).length === 0 && favourNew === 0;
}

/** The choice as it is typed, its names in one order. */
export function choiceWords({ without, favourNew = 0 }: TermChoice): string {
  const names = termNames(without).sort();
  return [
    ...(names.length === 0 ? [] : [`--without ${names.join(",")}`]),
    ...(favourNew === 0 ? [] : [`--favour-new ${favourNew}`]),
  ].join(" ");
}

/**
 * `run`, its recommender with the terms of `choice`; the run as it is where that chooses nothing. It holds nothing of
 * its own: only `run` is disposed of. @throws UsageError for an unknown term, for a model that adds up none, and where
 * new items are favoured by one that knows nothing of them.
 */
export function withChosenTerms(run: OpenRun, choice: TermChoice): OpenRun {
  if (areAsLearned(choice)) return run;
  const { evidence } = run.recommender;
  if (evidence === undefined) {
    throw new UsageError(
      `${choiceWords(choice)}: scores of ${run.directory} (${run.config.model}, preset ${run.config.preset}) are no sums of named terms. Leave it out.`,
    );
  }
  return { ...run, recommender: chosenOf(evidence, choice) };
}

function chosenOf(evidence: EvidenceSource, { without, favourNew = 0 }: TermChoice) {
  const names = termNames(without);
  if (names.length === 0) return evidence.favouringNew(favourNew);
  const left = evidence.without(names);
  return favourNew === 0 ? left : left.evidence!.favouringNew(favourNew);
}
