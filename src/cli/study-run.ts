// What the commands of studies do alike: estimate, run, and say what came of it.
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { ProgressEvent } from "../base/progress.ts";
import type { Estimate, StudyOptions, StudyResult } from "../pipeline/study/index.ts";
import type { CommandOutput } from "./command.ts";
import { formatSeconds } from "./rate.ts";
import { printable } from "./text.ts";

export interface StudyRun {
  /** Print the hours, and train nothing. */
  readonly estimate: boolean;
  /** Whether short trainings may be measured for it. */
  readonly probe: boolean;
}

/** The study within its time; probes are part of it. It fails in the end where trainings of it did. */
export async function estimateAndRun(study: StudyOptions, { estimate, probe }: StudyRun): Promise<CommandOutput> {
  const [
    { costTables, estimateStudy, printedTables, rowWords, runStudy, vectorTable },
    { formatComparison },
    { drawTable },
  ] = await Promise.all([
    import("../pipeline/study/index.ts"),
    import("../pipeline/compare/index.ts"),
    import("../pipeline/tables/index.ts"),
  ]);
  const started = performance.now();
  const rows = rowWords(study.systems, study.preset).map(printable);
  if (!estimate) for (const message of rows) study.report?.({ kind: "notice", message });
  const hours = await estimateStudy(study, probe);
  const notes = hours.notes.map(printable);
  if (estimate) return { json: { ...hours, rows }, text: [...rows, ...notes, estimateText(hours)].join("\n") };
  for (const message of notes) study.report?.({ kind: "notice", message });
  study.report?.({ kind: "notice", message: headline(hours) } satisfies ProgressEvent);
  const { maxMinutes = Infinity } = study;
  const left = Math.max(0, maxMinutes - (performance.now() - started) / 60_000);
  const result = await runStudy({ ...study, maxMinutes: left });
  const outcome = { json: result, failure: failureOf(result) };
  const compared = result.comparison === undefined ? "" : `\n\n${formatComparison(result.comparison)}`;
  const vectors = result.vectors === undefined ? "" : `\n\n${drawTable(vectorTable(result.vectors), "text")}`;
  const tables = `${compared}${vectors}`;
  if (result.costs !== undefined) {
    const drawn = costTables(result.costs).map((table) => drawTable(table, "text"));
    return { ...outcome, text: [resultText(result), ...drawn].join("\n\n") };
  }
  if (study.printed && result.comparison !== undefined) {
    const drawn = printedTables(result.comparison).map((table) => drawTable(table, "text"));
    if (drawn.length === 0) study.report?.({ kind: "warning", message: NOTHING_PRINTED });
    return { ...outcome, text: [`${resultText(result)}${tables}`, ...drawn].join("\n\n") };
  }
  return { ...outcome, text: `${resultText(result)}${tables}` };
}

const NOTHING_PRINTED =
  "--published: the paper has no table of data sets of these names, so nothing stands beside them. It has those whose names hold sports, beauty or toys.";

function headline({ mostHours, usualHours, unknown, systems }: Estimate): string {
  const usual = usualHours < mostHours ? `, ${inHours(usualHours)} if the rest takes as long as what is finished` : "";
  const missing = unknown.length === 0 ? "" : `; not counted, for want of a measured first step: ${unknown.join(", ")}`;
  const unseen = systems.filter(({ hasUnseenParts, trainings }) => hasUnseenParts && trainings > 0);
  const rows = [...new Set(unseen.map(({ label }) => label))].join(", ");
  const parts =
    unseen.length === 0 ? "" : `; not counted, as no probe sees it: what is trained after the epochs of ${rows}`;
  return `at most ${inHours(mostHours)} of training${usual}${missing}${parts}; early stopping usually ends sooner, evaluations come on top`;
}

function estimateText(estimate: Estimate): string {
  const rows = estimate.systems.map((system) => {
    const { dataset, label, trainings, cost, epochs, hasUnseenParts } = system;
    const epoch =
      cost === undefined
        ? "unknown"
        : `${cost.secondsPerEpoch.toFixed(1)} s${cost.withValidation ? "" : " without validation"}`;
    const parts = hasUnseenParts ? " (without the parts trained after them)" : "";
    return `${printable(dataset)} ${label}: ${trainings} trainings, at most ${epochs} epochs of ${epoch}${parts}, ${timeOf(system)}`;
  });
  return [...rows, headline(estimate)].join("\n");
}

/** Of one training. */
function timeOf({ mostSeconds, usualSeconds }: Estimate["systems"][number]): string {
  if (mostSeconds === undefined) return "each at most unknown";
  const most = formatSeconds(mostSeconds);
  if (usualSeconds === mostSeconds) return `each as long as finished ones, ${most}`;
  return `each at most ${most}${usualSeconds === undefined ? "" : `, usually ${formatSeconds(usualSeconds)}`}`;
}

function inHours(hours: number): string {
  return hours < 0.1 ? `${(60 * hours).toFixed(1)} minutes` : `${hours.toFixed(1)} hours`;
}

function resultText({ directory, complete, done, total, failed, shared, files }: StudyResult): string {
  const words = [
    `${done} of ${total} trainings are done, in ${printable(directory)}`,
    ...(complete ? [] : ["Stopped by --max-minutes: the same command goes on."]),
    ...failed.map(({ id, failed: why }) => `FAILED ${id}: ${printable(why ?? "")}`),
    ...(shared === undefined || shared.made + shared.reused === 0 ? [] : [sharedText(shared)]),
    ...files.map((file) => `written: ${printable(file)}`),
  ];
  return words.join("\n");
}

/** A setting that was tried and diverged is an answer, where another stands for the row. */
function failureOf({ directory, total, failed, choices }: StudyResult): string | undefined {
  const missing = failed.filter(({ dataset, label, settings }) => {
    const choice = choices.find((each) => each.dataset === dataset && each.label === label);
    return choice?.chosen === undefined || isDeepStrictEqual(choice.trials[choice.chosen]!.settings, settings);
  });
  if (missing.length === 0) return undefined;
  return `${directory}: ${missing.length} of ${total} trainings failed and rows lack them; the result says why. Change their settings, or delete their folders in ${join(directory, "cells")}: the same command then trains them again.`;
}

function sharedText({ directory, reused, made, savedSeconds, entries, bytes }: NonNullable<StudyResult["shared"]>) {
  const kept = `${entries} entries, ${(bytes / 2 ** 20).toFixed(1)} MiB, in ${printable(directory)} (safe to delete)`;
  return `prepared alike: ${reused} times taken from another training, ${made} made; ${formatSeconds(savedSeconds)} saved; ${kept}`;
}
