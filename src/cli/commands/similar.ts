import type { Similar } from "../../pipeline/similar/index.ts";
import { similarSettings } from "../../pipeline/similar/settings.ts";
import { cardText } from "../card-text.ts";
import { defineCommand, exact } from "../command.ts";
import { rankedLines } from "../ranked-text.ts";
import { printable } from "../text.ts";

export const similarCommand = defineCommand({
  path: ["similar"],
  summary: "list the items most like an item",
  description:
    "By the vectors that the run's model learnt, where it has one an item; else by who bought both in training. --by texts compares the vectors of the texts. The answer says which.",
  examples: ["isrf similar run --item B001", "isrf similar run --item B001 --by texts --only price=..20 --top 5"],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: similarSettings,
  async run({ arguments: { run }, options }, { report, signal }) {
    const { similar } = await import("../../pipeline/similar/index.ts");
    const lists = await similar(run, exact({ ...options, report, signal }));
    return { json: lists.length === 1 ? lists[0] : lists, text: lists.map(similarText).join("\n\n") };
  },
});

function similarText({ item, scores, answerSpace, similar }: Similar): string {
  return [
    `like ${cardText(item)}, out of ${printable(answerSpace)}`,
    `score: ${scores}`,
    "",
    ...(similar.length === 0 ? ["Nothing is known to be like it."] : rankedLines(similar)),
  ].join("\n");
}
