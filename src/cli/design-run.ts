// Runs a study whose systems follow from one question.
import type { z } from "zod";
import { UsageError } from "../base/errors.ts";
import type { following, StudyDesign, StudyOptions } from "../pipeline/study/index.ts";
import { aliases, settableOptions } from "../recommenders/options/index.ts";
import { trainable } from "../recommenders/registry.ts";
import { type Assignment, readAssignments } from "./assignments.ts";
import { type CommandContext, exact } from "./command.ts";
import { typedLine } from "./command-line.ts";
import type { designSettings } from "./study-options.ts";
import { estimateAndRun } from "./study-run.ts";

export type OptionValues = Readonly<Record<string, string | number | boolean>>;

/** Values as the options of `model` take them. */
export function typedFor(model: string, assignments: readonly Assignment[]): OptionValues {
  return readAssignments(assignments, trainable(model).options.schema) as OptionValues;
}

interface DesignRun extends Omit<z.output<typeof designSettings>, "set">, Pick<StudyOptions, "reference"> {
  /** Settings tried of each row; default: one. */
  readonly trials?: number | undefined;
}

type Systems = StudyDesign["systems"];

/**
 * Every row with `given` over its own values, where it has such options, and what follows from them.
 * @throws UsageError where none has, and for an option in which rows of one model differ: they are named after it.
 */
function heldAlike(systems: Systems, given: readonly Assignment[], follow: typeof following): Systems {
  if (given.length === 0) return systems;
  const used = new Set<string>();
  const held = systems.map((system) => {
    const { options } = trainable(system.model);
    const names = new Set([...settableOptions(options).map(({ name }) => name), ...aliases(options.schema).keys()]);
    const typed = Object.entries(typedFor(system.model, given)).filter(([name]) => names.has(name));
    for (const [name, value] of typed) {
      used.add(name);
      refuseVaried(systems, system.model, [name, value]);
    }
    const own = Object.fromEntries(typed) as Systems[number]["set"];
    return { ...system, set: { ...system.set, ...follow(system.set, own) } };
  });
  const unknown = Object.keys(readAssignments(given, { shape: {} })).find((name) => !used.has(name));
  if (unknown === undefined) return held;
  throw new UsageError(`--set-all ${unknown}: no row has such an option. "isrf models MODEL" lists a model's.`);
}

function refuseVaried(systems: Systems, model: string, [given, value]: readonly [string, unknown]): void {
  const name = aliases(trainable(model).options.schema).get(given) ?? given;
  const rows = systems.filter((system) => system.model === model);
  const other = rows.find(({ set }) => set[name] !== rows[0]!.set[name]);
  if (other === undefined) return;
  const words = [rows[0]!, other].map(({ label = model, set }) => `${label} ${String(set[name] ?? "the preset's")}`);
  throw new UsageError(
    `--set-all ${given}=${value}: rows of ${model} differ in ${name} (${words.join(", ")}), and all would have one value. ` +
      "Leave it out, or set it for the row that all are held against: --set.",
  );
}

/** `designOf` makes the rows. */
export async function runDesign(
  { datasets, preset, estimate, probe, trials = 1, setAll, ...options }: DesignRun,
  designOf: (preset: string) => StudyDesign,
  { report, signal }: Pick<CommandContext, "report" | "signal">,
) {
  const { DEFAULT_STUDY, following, readDataset, withoutRepeats } = await import("../pipeline/study/index.ts");
  const used = preset ?? (datasets === undefined ? DEFAULT_STUDY.preset : "mini");
  const drawn = designOf(used);
  const held = { ...drawn, systems: heldAlike(drawn.systems, setAll, following) };
  const design = drawn.leavesOut ? withoutRepeats(held, { preset: used, protocol: options.protocol }) : held;
  const study: StudyOptions = exact({
    ...options,
    ...design,
    trials,
    preset: used,
    datasets: datasets?.map(readDataset) ?? DEFAULT_STUDY.datasets,
    command: typedLine(process.argv.slice(2), process.env),
    report,
    signal,
  });
  return estimateAndRun(study, { estimate, probe });
}
