import type { Recommendations } from "../../pipeline/recommend.ts";
import { recommendSettings } from "../../pipeline/recommend-settings.ts";
import { cardText } from "../card-text.ts";
import { defineCommand, exact } from "../command.ts";
import { printable } from "../text.ts";

export const recommendCommand = defineCommand({
  path: ["recommend"],
  summary: "recommend items to one user",
  description:
    "sequential: what comes next, out of everything the user does not have; the history is all the dataset knows of the user, held-out items included. direct: the candidates in order; without --candidates 100 unseen items are drawn by the run's seed.\n\n" +
    "A user whom the run does not know gets an answer from a fallback that needs no training, named in the answer: popularity, or item-kNN when --history is given.",
  examples: [
    "isrf recommend run --user 4711 --top 10",
    "isrf recommend run --user 4711 --task direct --candidates B001,B002,B003",
    "isrf recommend run --user newcomer --history B001,B002",
  ],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: recommendSettings,
  async run({ arguments: { run }, options }, { signal }) {
    const { recommend } = await import("../../pipeline/recommend.ts");
    const answer = await recommend(run, exact({ ...options, signal }));
    return { json: answer, text: recommendationsText(answer) };
  },
});

function recommendationsText(answer: Recommendations): string {
  const { user, task, system, fallback, answerSpace, scores, recommendations } = answer;
  return [
    `${printable(user)}, ${task}, by ${system}: ${answerSpace}`,
    ...(fallback === undefined ? [] : [`The run does not know this user; fallback: ${fallback}.`]),
    `score: ${scores}`,
    "",
    ...recommendations.map(
      ({ rank, item, score }) => `${String(rank).padStart(3)}  ${score.toFixed(3).padStart(8)}  ${cardText(item)}`,
    ),
  ].join("\n");
}
