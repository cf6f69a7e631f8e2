import { z } from "zod";
import { PROTOCOLS } from "../../data/protocols/protocol.ts";
import { DEVICES } from "../../engine/session/device.ts";
import type { Estimate, StudyResult } from "../../pipeline/study/index.ts";
import { defineCommand } from "../command.ts";
import { formatSeconds } from "../rate.ts";
import { printable } from "../text.ts";

const word = z.union([z.string(), z.record(z.string(), z.unknown())]);

export const studyCompareCommand = defineCommand({
  path: ["study", "compare"],
  summary: "train, tune, evaluate and compare many systems, resumably",
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
  options: z.object({
    out: z.string().default("isrf-study").describe("folder of the study").meta({ value: "DIR" }),
    systems: z.array(word).optional().describe("models, the reference first; default isrf, sasrec, lightgcn"),
    datasets: z
      .array(word)
      .optional()
      .describe("data set directories; default a synthetic shop")
      .meta({ value: "DIR" }),
    seeds: z.array(z.number().int()).optional().describe("training seeds; default 1, 2, 3"),
    trials: z.number().int().min(1).optional().describe("settings tried per system; default 2"),
    preset: z
      .string()
      .optional()
      .describe("preset of systems that name none; default tiny without datasets, else mini"),
    protocol: z
      .enum(PROTOCOLS)
      .default("strict")
      .describe("strict: nothing held out is seen in training; paper: as published code does, leaks included"),
    minutes: z.number().min(0).optional().describe("most minutes of one training; default as its options say"),
    embeddings: z.string().default("lsa").describe("name of the embeddings in each data set"),
    users: z.number().int().min(1).optional().describe("size of a fixed random sample of test users; default all"),
    reference: z.string().optional().describe("system that gains and tests are about; default the first"),
    device: z.enum(DEVICES).optional().describe("where to compute; default cpu, or where a training was begun"),
    threads: z.number().int().min(1).optional().describe("CPU threads; default: one per core"),
    estimate: z.boolean().default(false).describe("print the hours it will take, and train nothing"),
    probe: z.boolean().default(true).describe("short probes for the estimate, where nothing is measured yet"),
    maxMinutes: z
      .number()
      .positive()
      .optional()
      .describe("begin no training after this time; what is finished is evaluated, the same command goes on")
      .meta({ unit: "minutes" }),
  }),
  async run({ options }, { report, signal }) {
    const [{ estimateStudy, runStudy }, { DEFAULT_STUDY, readDataset, readSystem }, { formatComparison }] =
      await Promise.all([
        import("../../pipeline/study/index.ts"),
        import("../../pipeline/study/index.ts"),
        import("../../pipeline/compare/index.ts"),
      ]);
    const { systems, datasets, seeds, trials, minutes, estimate, probe, preset, ...rest } = options;
    const study = {
      ...rest,
      systems: systems?.map(readSystem) ?? DEFAULT_STUDY.systems,
      datasets: datasets?.map(readDataset) ?? DEFAULT_STUDY.datasets,
      seeds: seeds ?? DEFAULT_STUDY.seeds,
      trials: trials ?? DEFAULT_STUDY.trials,
      preset: preset ?? (datasets === undefined ? DEFAULT_STUDY.preset : "mini"),
      minutes: minutes ?? DEFAULT_STUDY.minutes,
      command: `isrf ${process.argv.slice(2).join(" ")}`,
      report,
      signal,
    };
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
