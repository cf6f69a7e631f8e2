import { z } from "zod";
import type { StudyOptions } from "../../pipeline/study/index.ts";
import { studySettings } from "../../pipeline/study/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { typedLine } from "../command-line.ts";
import { datasetWords, estimateSettings } from "../study-options.ts";
import { estimateAndRun } from "../study-run.ts";

const word = z.union([z.string(), z.record(z.string(), z.unknown())]);

export const studyCompareCommand = defineCommand({
  path: ["study", "compare"],
  summary: "train, tune, evaluate and compare many systems; can be interrupted",
  description:
    "A table of systems x seeds x data sets. Each system gets the same number of trials: settings trained with the first seed and scored on validation items. The best is trained with every seed of the system, and only then are the test items looked at. Everything lies in --out: finished trainings are kept, a training that was stopped or killed goes on, and the same command continues.\n\n" +
    "Without a settings file: isrf, sasrec and lightgcn with preset tiny on a synthetic shop, about five minutes on two cores. A settings file has the keys systems (name, or model, label, preset, set, grid, trials, seeds, embeddings, fuse), datasets (directory, or name with p5 (explanations, domain) or synth), seeds, trials, preset, protocol, minutes, test; see examples/study-beauty.yaml. Data sets without embeddings get rule-based texts and lsa vectors when a system reads them.\n\n" +
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
      .meta({ commas: true, absent: "isrf, sasrec, lightgcn" }),
    datasets: datasetWords,
    ...estimateSettings.shape,
  }),
  async run({ options }, { report, signal }) {
    const { DEFAULT_STUDY, readDataset, readSystem } = await import("../../pipeline/study/index.ts");
    const { systems, datasets, estimate, probe, preset, ...rest } = options;
    const study: StudyOptions = exact({
      ...rest,
      systems: systems?.map(readSystem) ?? DEFAULT_STUDY.systems,
      datasets: datasets?.map(readDataset) ?? DEFAULT_STUDY.datasets,
      preset: preset ?? (datasets === undefined ? DEFAULT_STUDY.preset : "mini"),
      command: typedLine(process.argv.slice(2), process.env),
      report,
      signal,
    });
    return estimateAndRun(study, { estimate, probe });
  },
});
