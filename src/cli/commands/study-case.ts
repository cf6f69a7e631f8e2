import { z } from "zod";
import type { CaseList, CaseRecord } from "../../pipeline/case/index.ts";
import { placeSettings } from "../../runs/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { printable } from "../text.ts";

export const studyCaseCommand = defineCommand({
  path: ["study", "case"],
  summary: "one user's chains, interests and recommendations as a page (figure 5)",
  description:
    "Shows how ISRF comes to recommend an item to one user (the paper's figure 5): the user's history, what was reasoned about the user and about the item that really came next, similar users with their categories that the user's history lacks, individual and group interest by category, what RUN and OTHER (ELMRec's run, say) recommend, and where the item that came next stands in each, and without an interest. That item is held out from everything that is asked. Writes case.json and case.html, which loads nothing.\n\n" +
    "Without --user, of evaluated users whose next item is of a category that their history lacks, and whom RUN places in its first ten, the one whom OTHER places last, and of equals the one whom RUN places best. The page says so where a run was told of that item before, under protocol paper or by texts of full histories.",
  examples: ["isrf study case run elmrec-run --out case", "isrf study case run --user u7"],
  arguments: [
    { name: "run", description: "run of ISRF", required: true },
    { name: "other", description: "run of another system on the same data", required: false },
  ],
  options: placeSettings.extend({
    user: z.string().optional().describe("show this user").meta({ value: "ID", absent: "by the rule above" }),
    top: z.number().int().min(1).max(50).default(5).describe("show so many recommendations").meta({ unit: "items" }),
    out: z.string().default("isrf-case").describe("write the page into this directory").meta({ value: "DIR" }),
  }),
  async run({ arguments: { run, other }, options: { out, ...options } }, { report }) {
    const { caseStudy, writeCase } = await import("../../pipeline/case/index.ts");
    const record = await caseStudy(exact({ ...options, run, other, report }));
    const files = await writeCase(out, record);
    return { json: { ...record, files }, text: caseText(record, files) };
  },
});

function caseText({ user, rule, truth, told, lists, ranks }: CaseRecord, files: readonly string[]): string {
  const without = [
    ...(ranks?.withoutIndividual === undefined ? [] : [`without individual interest ${ranks.withoutIndividual}`]),
    ...(ranks?.withoutGroup === undefined ? [] : [`without group interest ${ranks.withoutGroup}`]),
  ];
  return [
    `user ${printable(user)}, chosen: ${rule}`,
    `came next: ${printable(truth.title)}${truth.isNew ? ", of a category that the history lacks" : ""}`,
    ...told.map((words) => `told before: ${printable(words)}`),
    ...lists.flatMap(listLines),
    ...(ranks === undefined ? [] : [`place among ${ranks.pool}: ${[ranks.actual, ...without].join(", ")}`]),
    ...files.map((file) => `written: ${printable(file)}`),
  ].join("\n");
}

function listLines({ system, items, rank, searched }: CaseList): string[] {
  return [
    `${system}: ${rank === undefined ? `not among ${searched}` : `place ${rank}`}`,
    ...items.map(({ title, isTruth }, i) => `  ${i + 1}. ${printable(title)}${isTruth ? "  <- came next" : ""}`),
  ];
}
