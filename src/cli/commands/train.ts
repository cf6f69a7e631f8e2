import { z } from "zod";
import { PAPER_BANNER } from "../../data/protocols/protocol.ts";
import { crewSettings } from "../../pipeline/helpers/settings.ts";
import type { TrainSummary } from "../../pipeline/train/index.ts";
import { trainSettings } from "../../pipeline/train/settings.ts";
import { type Assignment, readAssignments } from "../assignments.ts";
import { defineCommand, exact, onlyGiven } from "../command.ts";
import { formatSeconds } from "../rate.ts";
import { printable } from "../text.ts";

const STOPPED = {
  epochs: "all epochs done",
  patience: "no improvement for as many epochs as patience allows",
  time: "the time given by maxMinutes is used up",
} as const;

const BYTES_PER_KIB = 1024;

export const trainCommand = defineCommand({
  path: ["train"],
  summary: "train a recommender on a dataset",
  description:
    "Reads a dataset and its embeddings, trains, and writes a run: config.json, metrics.jsonl and checkpoints. The best checkpoint is chosen on validation items; test items are never looked at. Similar users that `isrf similar-users` found in the same vectors are taken in place of searching.\n\n" +
    "With --from RUN it starts from the parameters of that run, on the same data or on the later version that `isrf data append` made; users and items are found by their ids, and the run's settings count where none are given.\n\n" +
    "A run that was stopped or killed goes on from its last checkpoint with --resume, bit for bit as if nothing had happened; it keeps its settings.",
  examples: [
    "isrf train shop --preset tiny --out run",
    "isrf train shop --preset mini --set beta=2 --set width=64 --epochs 10 --seed 7 --out run",
    "isrf train shop --preset tiny --minutes 2 --out run",
    "isrf train shop-2 --from run --out run-2",
    "isrf train shop --out run --resume",
    "isrf train shop --preset paper --helpers-at 0.0.0.0:7070 --out run",
  ],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: trainSettings.extend({
    ...crewSettings.shape,
    set: z
      .array(z.union([z.string(), z.record(z.string(), z.unknown())]))
      .default([])
      .describe('set one of the model\'s options, listed by "isrf models NAME"; a map in a settings file')
      .meta({ value: "KEY=VALUE" }),
    epochs: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe("train for at most so many epochs; short for --set epochs=N")
      .meta({ unit: "epochs", absent: "as the preset says" }),
    minutes: z
      .number()
      .positive()
      .optional()
      .describe(
        "train for about so long: preparation, each part of a training in parts and what follows get their shares, a begun epoch is ended; short for --set preparationMinutes, sequenceMinutes and maxMinutes",
      )
      .meta({ unit: "minutes", absent: "no limit" }),
  }),
  async run({ arguments: { dir }, options }, { report, signal, given }) {
    const { set, epochs, minutes, helpers, helpersAt, ...settings } = options;
    const [{ trainable }, { train, withinMinutes }, { withCrew }] = await Promise.all([
      import("../../recommenders/registry.ts"),
      import("../../pipeline/train/index.ts"),
      import("../../pipeline/helpers/index.ts"),
    ]);
    const definition = trainable(await modelOf(settings, given));
    const { preset, device, threads } = settings;
    const how = { preset, device, threads, hasHelpers: helpers > 0 || helpersAt !== undefined };
    const limits = minutes === undefined ? [] : [withinMinutes(minutes, definition, how)];
    const overrides = readAssignments([...limits, ...asAssignments(set, epochs)], definition.options.schema);
    // A run that goes on keeps its settings: the defaults of others are not asked of it.
    const asked = { ...onlyGiven(settings, given), out: settings.out };
    const crew = { helpers, helpersAt, threads: settings.threads, report };
    const summary = await withCrew(crew, (joined) =>
      train(exact({ dataset: dir, ...asked, overrides, crew: joined, report, signal })),
    );
    const peakBytes = process.resourceUsage().maxRSS * BYTES_PER_KIB;
    return { json: { ...summary, peakBytes }, text: summaryText(summary, peakBytes) };
  },
});

/** The run's that is started from, unless another is asked for. */
async function modelOf(
  { model, from }: { readonly model: string; readonly from?: string | undefined },
  given: ReadonlySet<string>,
): Promise<string> {
  if (from === undefined || given.has("model")) return model;
  const { readRunConfig } = await import("../../runs/run.ts");
  return (await readRunConfig(from)).model;
}

function asAssignments(set: readonly Assignment[], epochs: number | undefined): Assignment[] {
  return epochs === undefined ? [...set] : [...set, { epochs }];
}

function originText({ directory, known }: NonNullable<TrainSummary["config"]["from"]>): string {
  return `${printable(directory)}, which knew ${known.users} of the users and ${known.items} of the items`;
}

function memoryText(peakBytes: number, apartBytes: number | undefined): string {
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  const beside = apartBytes === undefined ? "" : `, and ${mebibytes(apartBytes)} in the process of the sequence model`;
  return `${mebibytes(peakBytes)}${beside}`;
}

function summaryText(
  { directory, config, summary, seconds, preparationSeconds, preparation = [], apartBytes }: TrainSummary,
  peakBytes: number,
): string {
  const rows = [
    ["run", printable(directory)],
    [
      "model",
      `${config.model}, preset ${config.preset}, protocol ${config.protocol}, seed ${config.seed}, on ${config.device}`,
    ],
    ...(config.from === undefined ? [] : [["from", originText(config.from)]]),
    ["epochs", `${summary.epoch} (${summary.step} steps), stopped: ${STOPPED[summary.stopped]}`],
    ["best epoch", `${summary.bestEpoch} (validation score ${summary.bestScore.toFixed(4)})`],
    ["time", `${formatSeconds(seconds)}, of which preparation ${formatSeconds(preparationSeconds)}`],
    ...preparation.map(({ name, detail, seconds: took }) => ["", `${name}: ${detail}, ${formatSeconds(took)}`]),
    ["peak memory", memoryText(peakBytes, apartBytes)],
  ];
  const lines = rows.map(([label, value]) => `${label!.padEnd(14)}${value}`);
  return [...lines, ...(config.protocol === "paper" ? [PAPER_BANNER] : [])].join("\n");
}
