// The studies of a whole reproduction, each as the command that runs it alone, in the order of the paper.
import { join } from "node:path";
import { exists } from "../base/files.ts";
import type { Command, CommandContext, CommandOutput } from "./command.ts";
import { dataStatsCommand } from "./commands/data-stats.ts";
import { studyAblationCommand } from "./commands/study-ablation.ts";
import { studyCostCommand } from "./commands/study-cost.ts";
import { studyMainCommand } from "./commands/study-main.ts";
import { studySweepCommand } from "./commands/study-sweep.ts";
import { studyVariantsCommand } from "./commands/study-variants.ts";

export const STEPS = ["stats", "main", "ablation", "variants", "layers", "neighbours", "cost", "case"] as const;
export type StepName = (typeof STEPS)[number];

type Values = Readonly<Record<string, unknown>>;

/** Steps that are studies, with what sets them apart. */
export const STUDIES: Readonly<Partial<Record<StepName, { readonly command: Command; readonly set: Values }>>> = {
  main: { command: studyMainCommand, set: {} },
  ablation: { command: studyAblationCommand, set: {} },
  variants: { command: studyVariantsCommand, set: {} },
  layers: { command: studySweepCommand, set: { option: "groupLayers", form: "paper" } },
  neighbours: { command: studySweepCommand, set: { option: "neighbours", form: "paper" } },
  cost: { command: studyCostCommand, set: { systems: undefined } },
};

/** A command with option values by name, the others at their defaults; options that it lacks are left out. */
export function runWith(
  { options, run }: Command,
  values: Values,
  words: Readonly<Record<string, string | readonly string[] | undefined>>,
  context: CommandContext,
): Promise<CommandOutput> {
  const known = Object.entries(values).filter(([name, value]) => name in options.shape && value !== undefined);
  return run({ arguments: words, options: options.parse(Object.fromEntries(known)) }, context);
}

export function statistics(datasets: readonly string[], context: CommandContext): Promise<CommandOutput> {
  return runWith(dataStatsCommand, { latex: true }, { dir: datasets }, context);
}

/** Runs of the main table that a case is shown of: ISRF's and ELMRec's, by data set; none before there is a table. */
export async function caseRuns(main: string): Promise<{ dataset: string; run: string; other: string | undefined }[]> {
  const { readStudyRecord } = await import("../pipeline/study/index.ts");
  const record = join(main, "results", "study.json");
  if (!(await exists(record))) return [];
  const { cells, datasets } = await readStudyRecord(record);
  const placeOf = (dataset: string, label: string) => {
    const found = cells.find((cell) => cell.dataset === dataset && cell.label === label && cell.training !== undefined);
    return found && join(main, "cells", found.id);
  };
  return datasets.flatMap(({ name }) => {
    const run = placeOf(name, "isrf");
    return run === undefined ? [] : [{ dataset: name, run, other: placeOf(name, "elmrec") }];
  });
}
