import { z } from "zod";
import type { Estimate, StudyResult } from "../../pipeline/study/index.ts";
import { studySettings } from "../../pipeline/study/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { formatSeconds } from "../rate.ts";
import { printable } from "../text.ts";

const word = z.union([z.string(), z.record(z.string(), z.unknown())]);

export const studyCompareCommand = defineCommand({
  path: ["study", "compare"],
  summary: "train, tune, evaluate and compare many systems; can be interrupted",
  description:
    "A table of systems x seeds x data sets. Each system gets the same number of trials: settings trained with the first seed and scored on validation items. The best is trained with every seed of the system, and only then are the test items looked at. Everything lies in --out: finished trainings are kept, a training that was stopped or killed goes on, and the same command continues.\n\n" +
    "Without a settings file: isrf, sasrec and lightgcn with preset tiny on a synthetic shop, about five minutes on two cores. A settings file has the keys systems (name, or model, label, preset, set, grid, seeds, fuse), datasets (directory, or name with p5 or synth), seeds, trials, preset, protocol, minutes; see examples/study-beauty.yaml. Data sets without embeddings get rule-based texts and lsa vectors when a system reads them.\n\n" +
    "--estimate prints the hours, from short probes and from trainings that are finished, and trains nothing.",
  examples: [
    "isrf study compare --out study",
    "isrf study compare --config examples/study-beauty.yaml --estimate",
    "isrf study compare --systems sasrec --systems lightgcn --datasets shop --seeds 1 --seeds 2 --trials 1 --out study",
  ],
  arguments: [],
  options: studySettings.extend({
    systems: z
      .array(word)
      .optional()
      .describe("train these models, the reference first")
      .meta({ absent: "isrf, sasrec, lightgcn" }),
    datasets: z
      .array(word)
      .optional()
      .describe("train on these data set directories")
      .meta({ value: "DIR", absent: "a synthetic shop" }),
    estimate: z.boolean().default(false).describe("print the hours it will take, and train nothing"),
    probe: z
      .boolean()
      .default(true)
      .describe("measure short trainings for the estimate, where nothing is measured yet")
      .meta({ off: "estimate from finished trainings alone, without short probes" }),
  }),
  async run({ options }, { report, signal }) {
    const [{ DEFAULT_STUDY, estimateStudy, readDataset, readSystem, runStudy }, { formatComparison }] =
      await Promise.all([import("../../pipeline/study/index.ts"), import("../../pipeline/compare/index.ts")]);
    const { systems, datasets, estimate, probe, preset, ...rest } = options;
    const study: Parameters<typeof runStudy>[0] = exact({
      ...rest,
      systems: systems?.map(readSystem) ?? DEFAULT_STUDY.systems,
      datasets: datasets?.map(readDataset) ?? DEFAULT_STUDY.datasets,
      preset: preset ?? (datasets === undefined ? DEFAULT_STUDY.preset : "mini"),
      command: `isrf ${process.argv.slice(2).join(" ")}`,
      report,
      signal,
    });
    const started = performance.now();
    const hours = await estimateStudy(study, probe);
    if (estimate) return { json: hours, text: estimateText(hours) };
    report({ kind: "notice", message: headline(hours) });
    // Probes are part of the time that was given.
    const { maxMinutes = Infinity } = options;
    const left = Math.max(0, maxMinutes - (performance.now() - started) / 60_000);
    const result = await runStudy({ ...study, maxMinutes: left });
    const tables = result.comparison === undefined ? "" : `\n\n${formatComparison(result.comparison)}`;
    return { json: result, text: `${resultText(result)}${tables}` };
  },
});

function headline({ mostHours, usualHours, unknown }: Estimate): string {
  const usual = usualHours < mostHours ? `, ${inHours(usualHours)} if the rest takes as long as what is finished` : "";
  const missing = unknown.length === 0 ? "" : `; not counted, for want of a measured first step: ${unknown.join(", ")}`;
  return `at most ${inHours(mostHours)} of training${usual}${missing}; early stopping usually ends sooner, evaluations come on top`;
}

function estimateText(estimate: Estimate): string {
  const rows = estimate.systems.map(({ dataset, label, trainings, cost, epochs, mostSeconds, usualSeconds }) => {
    const epoch =
      cost === undefined
        ? "unknown"
        : `${cost.secondsPerEpoch.toFixed(1)} s${cost.withValidation ? "" : " without validation"}`;
    const most = mostSeconds === undefined ? "unknown" : formatSeconds(mostSeconds);
    const usual = usualSeconds === undefined ? "" : `, usually ${formatSeconds(usualSeconds)}`;
    return `${printable(dataset)} ${label}: ${trainings} trainings, at most ${epochs} epochs of ${epoch}, each at most ${most}${usual}`;
  });
  return [...rows, headline(estimate)].join("\n");
}

function inHours(hours: number): string {
  return hours < 0.1 ? `${(60 * hours).toFixed(1)} minutes` : `${hours.toFixed(1)} hours`;
}

function resultText({ directory, complete, done, total, failed, files }: StudyResult): string {
  const words = [
    `${done} of ${total} trainings are done, in ${printable(directory)}`,
    ...(complete ? [] : ["Stopped by --max-minutes: the same command goes on."]),
    ...failed.map(({ id, failed: why }) => `FAILED ${id}: ${printable(why ?? "")}`),
    ...files.map((file) => `written: ${printable(file)}`),
  ];
  return words.join("\n");
}
