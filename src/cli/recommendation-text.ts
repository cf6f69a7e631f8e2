// Recommendations for people to read.
import type { Recommendations } from "../pipeline/recommend/index.ts";
import { cardText } from "./card-text.ts";
import { printable } from "./text.ts";

export function recommendationsText(answer: Recommendations): string {
  const { user = "somebody new", task, system, fallback, note, empty, answerSpace, scores, recommendations } = answer;
  return [
    `${printable(user)}, ${task}, by ${system}: ${printable(answerSpace)}`,
    ...(fallback === undefined ? [] : [`The run does not know this user; fallback: ${fallback}.`]),
    ...(note === undefined ? [] : [printable(note)]),
    ...(empty === undefined ? [`score: ${scores}`] : [`Nothing to recommend: ${printable(empty)}`]),
    "",
    ...recommendations.map(
      ({ rank, item, score }) => `${String(rank).padStart(3)}  ${score.toFixed(3).padStart(8)}  ${cardText(item)}`,
    ),
  ].join("\n");
}
