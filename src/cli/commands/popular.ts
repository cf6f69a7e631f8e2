import type { Popular } from "../../pipeline/popular/index.ts";
import { popularSettings, trendingSettings } from "../../pipeline/popular/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { rankedLines } from "../ranked-text.ts";
import { printable } from "../text.ts";

const place = [{ name: "dir", description: "directory of a dataset or of a run", required: true }] as const;

export const popularCommand = defineCommand({
  path: ["popular"],
  summary: "list best sellers",
  description: "Items by how many users have them, in the whole dataset.",
  examples: ["isrf popular shop", "isrf popular run --only category=tea --available stock.csv"],
  arguments: place,
  options: popularSettings,
  async run({ arguments: { dir }, options }, { report, signal }) {
    const { popular } = await import("../../pipeline/popular/index.ts");
    const list = await popular(dir, exact({ ...options, report, signal }));
    return { json: list, text: popularText(list) };
  },
});

export const trendingCommand = defineCommand({
  path: ["trending"],
  summary: "list what sells lately",
  description:
    "Items by their interactions, each of which counts the less the older it is. Needs times in the dataset.",
  examples: ["isrf trending shop", "isrf trending run --half-life 7 --only category=tea"],
  arguments: place,
  options: trendingSettings,
  async run({ arguments: { dir }, options }, { report, signal }) {
    const { trending } = await import("../../pipeline/popular/index.ts");
    const list = await trending(dir, exact({ ...options, report, signal }));
    return { json: list, text: popularText(list) };
  },
});

function popularText({ scores, answerSpace, items }: Popular): string {
  return [`out of ${printable(answerSpace)}`, `score: ${scores}`, "", ...rankedLines(items)].join("\n");
}
