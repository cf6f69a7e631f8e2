import Table from "cli-table3";
import { z } from "zod";
import { nearest, UsageError } from "../../base/errors.ts";
import { type RecommenderDefinition, readsHistory, type TrainableDefinition } from "../../recommenders/definition.ts";
import { type CommandOutput, defineCommand } from "../command.ts";
import { fieldsOf } from "../fields.ts";

export const modelsCommand = defineCommand({
  path: ["models"],
  summary: "every recommender, or all options of one",
  description:
    "Without a name: the recommenders with their tasks, and whether they are trained or stand beside every evaluation. With a name: its options with the defaults of each preset, for --set. With --json the list holds them all.",
  examples: ["isrf models", "isrf models isrf", "isrf models --json"],
  arguments: [{ name: "name", description: "name of a recommender", required: false }],
  options: z.object({}),
  async run({ arguments: { name } }) {
    const { RECOMMENDERS } = await import("../../recommenders/registry.ts");
    return name === undefined ? listing(RECOMMENDERS) : details(find(RECOMMENDERS, name));
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

function listing(all: readonly RecommenderDefinition[]): CommandOutput {
  const json = all.map((definition) => {
    const { name, title, kind, tasks, citation } = definition;
    if (definition.kind === "untrained")
      return { name, title, kind, tasks, citation, usesHistory: readsHistory(definition, {}) };
    const usesHistory = readsHistory(definition, definition.resolve("mini", {}));
    return { name, title, kind, tasks, citation, usesHistory, options: optionsOf(definition) };
  });
  const table = new Table({
    head: ["name", "kind", "tasks", "source"],
    style: { head: [], border: [] },
    colWidths: [16, 11, 12, 60],
    wordWrap: true,
  });
  for (const { name, kind, tasks, citation, usesHistory } of json) {
    table.push([name, kind, tasks.map((task) => markHistory(task, usesHistory)).join("\n"), citation]);
  }
  return { json, text: `${table.toString()}\n${HISTORY_NOTE}` };
}

const HISTORY_NOTE =
  "* direct answers read the user's history beside the candidates (generative models: as in preset mini; candidateHistory=false ends it).";

function markHistory(task: string, usesHistory: boolean): string {
  return usesHistory && task === "direct" ? `${task} *` : task;
}

function details(definition: RecommenderDefinition): CommandOutput {
  const { name, title, kind, tasks, citation } = definition;
  const head = `${title} (${name}): ${tasks.join(", ")}\n${citation}`;
  if (definition.kind === "untrained") {
    return {
      json: { name, title, kind, tasks, citation },
      text: `${head}\nNeeds no training; it stands beside every evaluation.`,
    };
  }
  const options = optionsOf(definition);
  return {
    json: { name, title, kind, tasks, citation, options },
    text: `${head}\n\n${optionTable(definition, options)}`,
  };
}

interface OptionRecord {
  readonly name: string;
  readonly description: string;
  readonly choices: readonly string[];
  /** Value by preset. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

function optionsOf({ schema, presets, resolve }: TrainableDefinition): OptionRecord[] {
  const resolved = Object.keys(presets).map((preset) => [preset, resolve(preset, {})] as const);
  return fieldsOf(schema).map(({ key, description, choices }) => ({
    name: key,
    description,
    choices,
    defaults: Object.fromEntries(resolved.map(([preset, values]) => [preset, values[key]])),
  }));
}

function optionTable({ presets }: TrainableDefinition, options: readonly OptionRecord[]): string {
  const names = Object.keys(presets);
  const table = new Table({
    head: ["option", ...names, "meaning"],
    style: { head: [], border: [] },
    colWidths: [28, ...names.map(() => 17), 60],
    wordWrap: true,
  });
  for (const { name, description, choices, defaults } of options) {
    const words = choices.length === 0 ? description : `${description} (${choices.join(", ")})`;
    table.push([name, ...names.map((preset) => String(defaults[preset])), words]);
  }
  return table.toString();
}
