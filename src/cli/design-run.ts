// Runs a study whose systems follow from one question.
import type { z } from "zod";
import type { StudyDesign, StudyOptions } from "../pipeline/study/index.ts";
import { trainable } from "../recommenders/registry.ts";
import { type Assignment, readAssignments } from "./assignments.ts";
import { type CommandContext, exact } from "./command.ts";
import type { designSettings } from "./study-options.ts";
import { estimateAndRun } from "./study-run.ts";

export type OptionValues = Readonly<Record<string, string | number | boolean>>;

/** Values as the options of `model` take them. */
export function typedFor(model: string, assignments: readonly Assignment[]): OptionValues {
  return readAssignments(assignments, trainable(model).options.schema) as OptionValues;
}

interface DesignRun extends Omit<z.output<typeof designSettings>, "set">, Pick<StudyOptions, "reference" | "test"> {
  /** Settings tried of each row; default: one. */
  readonly trials?: number | undefined;
}

/** `designOf` makes the rows. */
export async function runDesign(
  { datasets, preset, estimate, probe, trials = 1, ...options }: DesignRun,
  designOf: (preset: string) => StudyDesign,
  { report, signal }: Pick<CommandContext, "report" | "signal">,
) {
  const { DEFAULT_STUDY, readDataset } = await import("../pipeline/study/index.ts");
  const used = preset ?? (datasets === undefined ? DEFAULT_STUDY.preset : "mini");
  const study: StudyOptions = exact({
    ...options,
    ...designOf(used),
    trials,
    preset: used,
    datasets: datasets?.map(readDataset) ?? DEFAULT_STUDY.datasets,
    command: `isrf ${process.argv.slice(2).join(" ")}`,
    report,
    signal,
  });
  return estimateAndRun(study, { estimate, probe });
}
