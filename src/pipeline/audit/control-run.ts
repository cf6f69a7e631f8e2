// `isrf evaluate RUN --control NAME`: one control on a run, over as many users as asked for. Nothing is written.
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { stoppable } from "../../base/stopping.ts";
import { decimals } from "../../base/written-numbers.ts";
import { openOptions } from "../../runs/open-options.ts";
import { openRun } from "../../runs/run.ts";
import { readTrainingRecord } from "../../runs/training-record.ts";
import { formatEvaluation } from "../evaluate/format-evaluation.ts";
import { evaluateSettings } from "../evaluate/settings.ts";
import { type Control, type ControlEvaluation, evaluateControl } from "./controls.ts";

/** Of an evaluation's settings, those that a control understands. */
const controlSettings = evaluateSettings.pick({
  tasks: true,
  split: true,
  users: true,
  dataset: true,
  device: true,
  threads: true,
});

export interface ControlRunOptions extends Given<typeof controlSettings> {
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws InputError for a directory that is no trained run; CancelledError when stopped. */
export async function evaluateUnderControl(
  directory: string,
  control: Control,
  options: ControlRunOptions = {},
): Promise<ControlEvaluation> {
  const words = `${directory}: the control was stopped; it writes nothing. Run the same command again.`;
  return stoppable(options.signal, words, () => openAndAsk(directory, control, options));
}

async function openAndAsk(directory: string, control: Control, options: ControlRunOptions): Promise<ControlEvaluation> {
  const { report = silent, signal } = options;
  const { tasks, split, users } = settingsOf("evaluate", controlSettings, options);
  const run = await openRun(directory, openOptions(options));
  try {
    const view = await readTrainingRecord(directory);
    const { recommender, dataset, config } = run;
    report({ kind: "stage", stage: "evaluate", detail: `${config.model}, control ${control}` });
    return await evaluateControl(control, {
      recommender,
      dataset,
      split: run.split,
      splitName: split,
      protocol: config.protocol,
      report,
      view,
      tasks,
      users,
      signal,
    });
  } finally {
    await run.recommender.dispose();
  }
}

/** The evaluation's tables, then what each question may reach. */
export function formatControl({ control, record, results }: ControlEvaluation): string {
  const meaning = {
    "random-ids": "items stand under random ids between question and model: chance is expected",
    "permuted-targets": "every user is asked for somebody else's item: at most what counting the targets reaches",
  } as const;
  const lines = results.map(
    ({ question, hitRate, reference, limit, verdict }) =>
      `${verdict.padEnd(5)}${question}: HR@10 ${decimals(hitRate)}, expected at most ${decimals(reference)}, limit ${decimals(limit)}`,
  );
  return [
    `Control ${control}: ${meaning[control]}. These are no results.`,
    formatEvaluation(record),
    "",
    ...lines,
  ].join("\n");
}
