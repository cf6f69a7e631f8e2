import { z } from "zod";
import type { DemoResult } from "../../pipeline/demo/index.ts";
import { cardText } from "../card-text.ts";
import { defineCommand } from "../command.ts";
import { formatSeconds } from "../rate.ts";
import { printable } from "../text.ts";

export const demoCommand = defineCommand({
  path: ["demo"],
  summary: "the whole chain on a synthetic shop, with a report",
  description:
    "Plants a shop, reasons about its items and users by rule, embeds the texts, trains preset tiny, evaluates it beside what needs no training, and explains one user's recommendations. Takes up to three minutes on two cores. The report is one HTML file that opens without a network.\n\n" +
    "An earlier demo in --out is replaced; a directory with other files is refused.",
  examples: ["isrf demo", "isrf demo --out shop-demo --users 200 --items 120 --seed 7"],
  arguments: [],
  options: z.object({
    out: z.string().default("isrf-demo").describe("directory for dataset, run and report").meta({ value: "DIR" }),
    users: z.number().int().min(20).default(400).describe("people of the shop"),
    items: z.number().int().min(60).default(240).describe("products of the shop"),
    seed: z.number().int().default(2026).describe("equal options and seed give equal results"),
    epochs: z.number().int().min(1).optional().describe("most training epochs; default: those of preset tiny"),
  }),
  async run({ options }, { report, signal }) {
    const { demo } = await import("../../pipeline/demo/index.ts");
    const result = await demo({ ...options, report, signal });
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
    ...example.recommendations.flatMap(({ rank, item, moved }) => [
      `  ${rank}. ${cardText(item)}`,
      `     moved by ${moved.by}: ${moved.detail}`,
    ]),
    "",
    `report: ${printable(report)}`,
  ].join("\n");
}
