// The studies of a whole reproduction, each as the command that runs it alone, in the order of the paper.
import { join } from "node:path";
import { UsageError } from "../base/errors.ts";
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

/** A step that is a study. */
interface Study {
  readonly command: Command;
  /** What sets it apart. */
  readonly set: Values;
  /** Options of its command that are not asked of this step, whatever a reproduction is told. */
  readonly keeps?: readonly string[] | undefined;
}

export type StudyStep = Exclude<StepName, "stats" | "case">;

export const STUDIES: Readonly<Record<StudyStep, Study>> = {
  main: { command: studyMainCommand, set: {} },
  ablation: { command: studyAblationCommand, set: {} },
  variants: { command: studyVariantsCommand, set: {} },
  layers: { command: studySweepCommand, set: { option: "groupLayers", form: "paper" } },
  neighbours: { command: studySweepCommand, set: { option: "neighbours", form: "paper" } },
  // Costs are of one training of each of its own rows, which has nothing to be tested over; and of one after the other.
  cost: { command: studyCostCommand, set: {}, keeps: ["seeds", "systems", "test", "workers", "queue", "objects"] },
};

export function isStudy(step: StepName): step is StudyStep {
  return step in STUDIES;
}

/** Whether a step is told an option of a reproduction. */
export function isTold(step: StudyStep, name: string): boolean {
  const { command, keeps = [] } = STUDIES[step];
  return name in command.options.shape && !keeps.includes(name);
}

/**
 * Option values of a step: those of a reproduction that it is told, what sets the step apart, and `own` over both.
 * @throws UsageError for an option of a reproduction that no step is told: none is dropped.
 */
export function valuesOf(step: StudyStep, given: Values, own: Values = {}): Values {
  const steps = Object.keys(STUDIES) as StudyStep[];
  const asked = Object.entries(given).filter(([, value]) => value !== undefined);
  const dropped = asked.find(([name]) => !steps.some((each) => isTold(each, name)));
  if (dropped !== undefined)
    throw new UsageError(`reproduce: no step takes ${dropped[0]}; run the study that does by itself (isrf study ...).`);
  return { ...Object.fromEntries(asked.filter(([name]) => isTold(step, name))), ...STUDIES[step].set, ...own };
}

/** A command with option values by name, the others at their defaults. @throws UsageError for an option it lacks. */
export function runWith(
  { path, options, run }: Command,
  values: Values,
  words: Readonly<Record<string, string | readonly string[] | undefined>>,
  context: CommandContext,
): Promise<CommandOutput> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const strange = given.find(([name]) => !(name in options.shape));
  if (strange !== undefined) throw new UsageError(`isrf ${path.join(" ")} has no option ${strange[0]}.`);
  const known = new Set(given.map(([name]) => name));
  return run(
    { arguments: words, options: options.parse(Object.fromEntries(given)) },
    { ...context, given: known, typed: known },
  );
}

/** Folders below `out` of other steps whose trainings a step can take, as far as they are begun. */
export async function otherStudies(step: StudyStep, out: string): Promise<string[]> {
  const others = (Object.keys(STUDIES) as StudyStep[]).filter((each) => each !== step && isTold(each, "reuse"));
  const folders = others.map((each) => join(out, each));
  const begun = await Promise.all(folders.map((folder) => exists(join(folder, "study-config.json"))));
  return folders.filter((_, i) => begun[i]);
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
