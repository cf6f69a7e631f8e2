import { z } from "zod";
import { nearest, UsageError } from "../../base/errors.ts";
import { answersOurWay, type RecommenderDefinition, readsHistory } from "../../recommenders/definition.ts";
import { resolveOptions } from "../../recommenders/options/index.ts";
import { type CommandOutput, defineCommand } from "../command.ts";
import { hidesOptions, optionList, optionRecords } from "../option-list.ts";
import { WIDTH, wrap } from "../text.ts";

/** Whose values are shown where no preset is named. */
const USUAL_PRESET = "mini";

export const modelsCommand = defineCommand({
  path: ["models"],
  summary: "list every recommender, or all options of one",
  description:
    "Without a name: the recommenders with their tasks, and whether they are trained or stand beside every evaluation. With a name: its options by group, with the values of a preset, for --set. With --json the list holds all models with all presets.",
  examples: ["isrf models", "isrf models isrf", "isrf models isrf --preset small --all", "isrf models --json"],
  arguments: [{ name: "name", description: "name of a recommender", required: false }],
  options: z.object({
    preset: z
      .string()
      .default(USUAL_PRESET)
      .describe("whose values stand beside a model's options")
      .meta({ value: "NAME" }),
    all: z.boolean().default(false).describe("also options that do nothing in the preset, and those that are fixed"),
  }),
  async run({ arguments: { name }, options }) {
    const { RECOMMENDERS } = await import("../../recommenders/registry.ts");
    return name === undefined ? await listing(RECOMMENDERS) : details(find(RECOMMENDERS, name), options);
  },
});

function find(all: readonly RecommenderDefinition[], name: string): RecommenderDefinition {
  const known = all.find((definition) => definition.name === name);
  if (known !== undefined) return known;
  const names = all.map((definition) => definition.name);
  const near = nearest(name, names);
  throw new UsageError(
    `model ${name}: expected one of ${names.join(", ")}.${near === undefined ? "" : ` Did you mean ${near}?`}`,
  );
}

async function listing(all: readonly RecommenderDefinition[]): Promise<CommandOutput> {
  const { default: Table } = await import("cli-table3");
  const json = all.map((definition) => {
    const { name, title, kind, tasks, citation } = definition;
    const usual = definition.kind === "untrained" ? {} : resolveOptions(definition.options, USUAL_PRESET);
    const [usesHistory, isOurs] = [readsHistory(definition, usual), answersOurWay(definition, usual)];
    const described = { name, title, kind, tasks, citation, usesHistory, isOurs };
    return definition.kind === "untrained" ? described : { ...described, options: optionRecords(definition.options) };
  });
  const table = new Table({
    head: ["name", "kind", "tasks", "source"],
    style: { head: [], border: [] },
    colWidths: [16, 11, 12, 56],
    wordWrap: true,
  });
  for (const { name, kind, tasks, citation, usesHistory, isOurs } of json) {
    table.push([
      isOurs ? `${name} §` : name,
      kind,
      tasks.map((task) => markHistory(task, usesHistory)).join("\n"),
      citation,
    ]);
  }
  return { json, text: [table.toString(), ...wrap(HISTORY_NOTE, WIDTH), ...wrap(OURS_NOTE, WIDTH)].join("\n") };
}

const HISTORY_NOTE =
  "* direct answers read the user's history beside the candidates (generative models: as in preset mini; candidateHistory=false ends it).";

const OURS_NOTE = "§ answers in a way that is ours, and no paper's (isrf: in presets tiny and mini).";

function markHistory(task: string, usesHistory: boolean): string {
  return usesHistory && task === "direct" ? `${task} *` : task;
}

interface Shown {
  readonly preset: string;
  readonly all: boolean;
}

function details(definition: RecommenderDefinition, { preset, all }: Shown): CommandOutput {
  const { name, title, kind, tasks, citation } = definition;
  const head = [`${title} (${name}): ${tasks.join(", ")}`, ...wrap(citation, WIDTH)].join("\n");
  if (definition.kind === "untrained") {
    return {
      json: { name, title, kind, tasks, citation },
      text: `${head}\nNeeds no training; it stands beside every evaluation.`,
    };
  }
  const { options } = definition;
  const others = Object.keys(options.presets).filter((other) => other !== preset);
  const list = optionList(options, preset, all);
  const guide = `Options with the values of preset ${preset}; --preset ${others.join(" or ")} shows others'. Set one with: isrf train DIR --model ${name} --set OPTION=VALUE. Letters in brackets name the source: docs/${name === "isrf" ? "isrf" : "baselines"}.md.`;
  const more =
    all || !hidesOptions(options, preset)
      ? ""
      : "\n\n--all shows idle options too, with what they need, and those that are fixed.";
  return {
    json: { name, title, kind, tasks, citation, options: optionRecords(options) },
    text: `${head}\n\n${wrap(guide, WIDTH).join("\n")}\n\n${list}${more}`,
  };
}
