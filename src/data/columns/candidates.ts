// Columns that may carry a meaning, the likeliest first.
import { cellFactor, maybeUnique, uniqueFactor } from "./cell-evidence.ts";
import type { ColumnProfile } from "./column-profile.ts";
import type { Meaning } from "./meanings.ts";
import { nameScore } from "./name-rules.ts";
import { withoutRowIds } from "./nested-ids.ts";
import type { TableView } from "./table-view.ts";

export interface Candidate {
  readonly name: string;
  /** What the name says. */
  readonly named: number;
  /** What name and cells say together. */
  readonly score: number;
  readonly profile: ColumnProfile;
}

/** Whose records a table holds: interactions, or one item or one user each. */
export type TableKind = "interactions" | "items" | "users";

/** Below this a column is not taken. */
const LEAST: Partial<Record<Meaning, number>> = { user: 0.3, item: 0.25, timestamp: 0.3, title: 0.3 };
const LEAST_OTHER = 0.4;

/** Scores that lie no further apart are equal. */
export const TIE = 0.04;

/** The column of a table of items or users that is named best for `meaning`, by its name alone. */
export function guessColumn(meaning: Meaning, names: readonly string[]): string | undefined {
  const scores = names.map((name) => nameScore(meaning, name, true));
  const best = Math.max(0, ...scores);
  return best < leastOf(meaning) ? undefined : names[scores.indexOf(best)];
}

export function candidates(
  meaning: Meaning,
  profiles: readonly ColumnProfile[],
  kind: TableKind = "interactions",
): readonly Candidate[] {
  const isOwn = (kind === "items" && meaning !== "user") || (kind === "users" && meaning === "user");
  const all = profiles.map((profile) => {
    const named = nameScore(meaning, profile.name, isOwn);
    const score = named * cellFactor(meaning, profile, named);
    return { name: profile.name, named, score: isIdOf(meaning, kind) ? score * ownFactor(profile) : score, profile };
  });
  return likeliestFirst(all.filter(({ score }) => score >= leastOf(meaning)));
}

/** The candidates for users or items among interactions, those that only number the records put back. */
export async function idCandidates(
  meaning: "user" | "item",
  view: TableView,
  profiles: readonly ColumnProfile[],
): Promise<readonly Candidate[]> {
  const all = withoutRowIds(candidates(meaning, profiles));
  if (all.length < 2 && all.every(({ named }) => named >= 0.5)) return all;
  const unique = await view.unique(all.filter(({ profile }) => maybeUnique(profile)).map(({ name }) => name));
  const weighed = all.map((candidate) => {
    const factor = unique.has(candidate.name) ? uniqueFactor(meaning, candidate.named) : 1;
    return { ...candidate, score: candidate.score * factor };
  });
  return likeliestFirst(weighed.filter(({ score }) => score >= leastOf(meaning)));
}

function leastOf(meaning: Meaning): number {
  return LEAST[meaning] ?? LEAST_OTHER;
}

function likeliestFirst(list: readonly Candidate[]): readonly Candidate[] {
  return [...list].sort((a, b) => b.score - a.score);
}

function isIdOf(meaning: Meaning, kind: TableKind): boolean {
  return (kind === "items" && meaning === "item") || (kind === "users" && meaning === "user");
}

/** In a table of items an id stands in one record. */
function ownFactor({ filled, distinct }: ColumnProfile): number {
  if (filled === 0) return 0;
  return distinct >= 0.75 * filled ? 1.05 : distinct < 0.4 * filled ? 0.7 : 1;
}
