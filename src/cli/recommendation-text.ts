// Recommendations for people to read.
import type { Recommendations } from "../pipeline/recommend/index.ts";
import { rankedLines } from "./ranked-text.ts";
import { printable } from "./text.ts";

export function recommendationsText(answer: Recommendations): string {
  const { user = "somebody new", task, system, fallback, note, empty, answerSpace, scores, recommendations } = answer;
  return [
    `${printable(user)}, ${task}, by ${system}: ${printable(answerSpace)}`,
    ...(fallback === undefined ? [] : [`The run does not know this user; fallback: ${fallback}.`]),
    ...(note === undefined ? [] : [printable(note)]),
    ...(empty === undefined ? [`score: ${scores}`] : [`Nothing to recommend: ${printable(empty)}`]),
    "",
    ...rankedLines(recommendations),
  ].join("\n");
}
