import { z } from "zod";
import { DEVICES } from "../../engine/session/device.ts";
import type { Recommendations } from "../../pipeline/recommend.ts";
import { cardText } from "../card-text.ts";
import { defineCommand } from "../command.ts";
import { printable } from "../text.ts";

export const recommendCommand = defineCommand({
  path: ["recommend"],
  summary: "what a user may want next, by item id and title",
  description:
    "sequential: what comes next, out of everything the user does not have; the history is all the dataset knows of the user, held-out items included. direct: the candidates in order; without --candidates 100 unseen items are drawn by the run's seed.\n\n" +
    "A user whom the run does not know gets an answer from a fallback that needs no training, named in the answer: what sells best, or with --history item-kNN.",
  examples: [
    "isrf recommend run --user 4711 --top 10",
    "isrf recommend run --user 4711 --task direct --candidates B001,B002,B003",
    "isrf recommend run --user newcomer --history B001,B002",
  ],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: z.object({
    user: z.string().describe("user id as in the imported data").meta({ value: "ID" }),
    top: z.number().int().min(1).default(10).describe("length of the list").meta({ unit: "items" }),
    task: z.enum(["sequential", "direct"]).default("sequential").describe("what is asked"),
    candidates: z
      .array(z.string())
      .optional()
      .describe("item ids to choose among, with commas between; direct only")
      .meta({ value: "ITEMS" }),
    history: z
      .array(z.string())
      .optional()
      .describe("item ids, oldest first, of a user whom the run does not know")
      .meta({ value: "ITEMS" }),
    dataset: z.string().optional().describe("where the dataset lies now, if it has moved").meta({ value: "DIR" }),
    device: z.enum(DEVICES).optional().describe("where to compute; default: as trained"),
    threads: z.number().int().min(1).optional().describe("CPU threads; default: one per core"),
  }),
  async run({ arguments: { run }, options }) {
    const { recommend } = await import("../../pipeline/recommend.ts");
    const answer = await recommend(run, options);
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
