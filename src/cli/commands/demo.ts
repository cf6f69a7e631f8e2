import type { DemoResult } from "../../pipeline/demo/index.ts";
import { demoSettings } from "../../pipeline/demo/settings.ts";
import { cardText } from "../card-text.ts";
import { defineCommand, exact } from "../command.ts";
import { formatSeconds } from "../rate.ts";
import { recommendationReason } from "../recommendation-reason.ts";
import { printable } from "../text.ts";

export const demoCommand = defineCommand({
  path: ["demo"],
  summary: "run everything on a made-up shop and write a report",
  description:
    "Makes a shop with planted tastes, writes texts about its items and users by rule, embeds them, trains preset tiny, evaluates the model beside untrained methods, and explains one user's recommendations. Takes one to three minutes on two cores. The report is one HTML file that opens without a network.\n\n" +
    "An earlier demo in --out is replaced; a directory with other files is refused.",
  examples: ["isrf demo", "isrf demo --out shop-demo --users 200 --items 120 --seed 7"],
  arguments: [],
  options: demoSettings,
  async run({ options }, { report, signal }) {
    const { demo } = await import("../../pipeline/demo/index.ts");
    const result = await demo(exact({ ...options, report, signal }));
    return { json: result, text: demoText(result) };
  },
});

function demoText({ dataset, metrics, popularity, example, report, seconds }: DemoResult): string {
  const compared = (["sequential", "direct"] as const).map((task) => {
    const [own, other] = [metrics[task]["HR@10"]!, popularity[task]["HR@10"]!];
    return `${task.padEnd(11)} HR@10  ${own.toFixed(4)}   popularity ${other.toFixed(4)}`;
  });
  return [
    `${dataset.name}: ${dataset.users} users, ${dataset.items} items, ${dataset.interactions} interactions; ${formatSeconds(seconds)}`,
    "",
    ...compared,
    "",
    `for ${printable(example.user)}:`,
    ...example.recommendations.flatMap((each) => [
      `  ${each.rank}. ${cardText(each.item)}`,
      `     ${recommendationReason(each)}`,
    ]),
    "",
    `report: ${printable(report)}`,
  ].join("\n");
}
