// Sums over answers, which a file's report tells.
import type { Tally } from "./parts.ts";
import type { Recommendations } from "./recommendations.ts";
import { looksLikeFormula } from "./row-formats.ts";

/** What an answer adds to the sums. */
export function tallyOf({ fallback, generated, recommendations, user = "" }: Recommendations, top: number): Tally {
  const isShort = recommendations.length < top;
  const ids = [user, ...recommendations.map(({ item }) => item.itemId)];
  return {
    rows: recommendations.length,
    popularity: Number(fallback === "popularity"),
    itemKnn: Number(fallback === "item-knn"),
    short: Number(isShort),
    shortFree: Number(isShort && generated !== undefined),
    formulas: ids.filter(looksLikeFormula).length,
  };
}

export function totals(tallies: readonly Tally[]): Tally {
  const total: Record<string, number> = {};
  for (const tally of tallies)
    for (const [name, count] of Object.entries(tally)) total[name] = (total[name] ?? 0) + count;
  return total;
}
