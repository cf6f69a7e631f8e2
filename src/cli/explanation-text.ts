// An explanation as a person reads it in a terminal.
import { percent } from "../base/written-numbers.ts";
import type { ExplainedItem, ExplainedRecommendation, Explanation } from "../pipeline/explain/index.ts";
import { cardText } from "./card-text.ts";
import { summedLines } from "./summed-text.ts";
import { printable } from "./text.ts";

export function explanationText(explanation: Explanation, isAscii: boolean): string {
  const { user, system, history, texts, pool, kind } = explanation;
  const compared = kind === "evidence" ? "terms are compared with" : "ranks are counted among";
  return [
    `${printable(user)}, by ${system}; ${compared} ${pool}`,
    ...(kind === "evidence" || explanation.note === undefined ? [] : [explanation.note]),
    "",
    `history, oldest first (${history.length})`,
    ...history.map((item) => `  ${cardText(item)}`),
    ...(texts === undefined
      ? []
      : [
          "",
          `texts: ${texts.by}`,
          `  likes   ${printable(texts.positive)}`,
          `  avoids  ${printable(texts.negative)}`,
          `  at core ${printable(texts.feature)}`,
        ]),
    ...interestLines(explanation),
    ...(kind === "evidence"
      ? summedLines(explanation.recommendations, isAscii)
      : explanation.recommendations.flatMap((each) => ["", ...recommendationLines(each)])),
  ].join("\n");
}

function interestLines({ interests }: Explanation): string[] {
  if (interests === undefined) return [];
  const width = Math.max(...interests.categories.map((name) => printable(name).length));
  const rows = interests.categories.map((name, i) => {
    const values = [interests.individual[i]!, ...(interests.group === undefined ? [] : [interests.group[i]!])];
    return [`  ${printable(name).padEnd(width)}`, ...values.map((value) => value.toFixed(2))].join("  ");
  });
  return ["", `affinity to categories: individual${interests.group === undefined ? "" : ", group"}`, ...rows];
}

function recommendationLines({ rank, item, moved, individual, group, support }: ExplainedRecommendation): string[] {
  const { neighbours, bought, boughtAlike, shareOfAll, isSupport } = support;
  return [
    `${rank}. ${cardText(item)}`,
    `   moved by: ${moved.by}. ${moved.detail}`,
    individual.length === 0 ? "   own history: nothing in it speaks for this item" : "   own history:",
    ...individual.map(
      (each) => `     ${cardText(each.item)}  -${each.strength.toFixed(3)} without it${shared(each.sharedFeatures)}`,
    ),
    `   similar users: ${bought} of ${neighbours} have it, ${boughtAlike} more something like it (all users: ${percent(shareOfAll, 1)})${isSupport ? "" : ", no more than of all users: no evidence for it"}`,
    ...group.map(supporterLine),
  ];
}

function supporterLine({ userId, similarity, shares, bought }: ExplainedItem["group"][number]): string {
  const titles = bought.map(({ title }) => printable(title)).join(", ");
  return `     ${printable(userId)} (similarity ${similarity.toFixed(2)}) has ${titles}${shared(shares, "in common")}`;
}

function shared(features: readonly string[], label = "shared"): string {
  return features.length === 0 ? "" : `; ${label}: ${features.map(printable).join(", ")}`;
}
