// Why an item is recommended, in one line.
import { percent } from "../base/written-numbers.ts";
import type { ExplainedRecommendation, SummedItem } from "../pipeline/explain/index.ts";
import { printable } from "./text.ts";

export function recommendationReason(recommendation: SummedItem | ExplainedRecommendation): string {
  return "terms" in recommendation ? summedReason(recommendation) : interestReason(recommendation);
}

/** The terms that are most ahead, in words, and what the group says in any case. */
function summedReason({ terms }: SummedItem): string {
  const ahead = terms.filter((term) => term.ahead > 0).sort((a, b) => b.ahead - a.ahead);
  const shown = ahead.slice(0, NAMED);
  const group = terms.find(({ name }) => name === "group");
  const told = group === undefined || shown.includes(group) ? shown : [...shown, group];
  return told.map(({ name, says }) => `${name}: ${printable(says)}`).join("; ");
}

/** What speaks for an item: what the user has, what similar users have, and which interest moved its rank. */
function interestReason({ individual, support, moved }: ExplainedRecommendation): string {
  const own = individual.slice(0, NAMED).map(({ item }) => printable(item.title));
  const { neighbours, bought, shareOfAll, isSupport } = support;
  return [
    own.length === 0 ? "nothing in the own history speaks for it" : `because of ${own.join(" and ")}`,
    `${bought} of ${neighbours} similar users have it, ${percent(shareOfAll, 0)} of all${isSupport ? "" : ": no evidence for it"}`,
    ...(moved.by === "neither" ? [] : [`moved by ${moved.by === "both" ? "both interests" : `${moved.by} interest`}`]),
  ].join("; ");
}

/** Items of the own history, or terms, named as a reason. */
const NAMED = 2;
