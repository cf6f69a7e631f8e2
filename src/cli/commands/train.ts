import { z } from "zod";
import { ITEM_NUMBERS, PAPER_BANNER, PROTOCOLS } from "../../data/protocols/protocol.ts";
import { DEVICES } from "../../engine/session/device.ts";
import type { TrainSummary } from "../../pipeline/train.ts";
import { type Assignment, readAssignments } from "../assignments.ts";
import { defineCommand } from "../command.ts";
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
    "Reads a dataset and its embeddings, trains, and writes a run: config.json, metrics.jsonl and checkpoints. The best checkpoint is chosen on validation items; test items are never looked at.\n\n" +
    "A run that was stopped or killed goes on from its last checkpoint with --resume, bit for bit as if nothing had happened; it keeps its settings.",
  examples: [
    "isrf train shop --preset tiny --out run",
    "isrf train shop --preset mini --set beta=2 --set width=64 --epochs 10 --seed 7 --out run",
    "isrf train shop --out run --resume",
  ],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: z.object({
    model: z.string().optional().describe('what to train, by its name in "isrf models"; default isrf'),
    preset: z.string().optional().describe("set of defaults: tiny (demo), mini (CPU), small (the paper); default mini"),
    set: z
      .array(z.union([z.string(), z.record(z.string(), z.unknown())]))
      .optional()
      .describe('value of one of the model\'s options, listed by "isrf models NAME"; a map in a settings file')
      .meta({ value: "KEY=VALUE" }),
    epochs: z.number().int().min(1).optional().describe("most epochs; short for --set epochs=N"),
    embeddings: z.string().optional().describe("name of the embeddings inside the dataset; default lsa"),
    protocol: z
      .enum(PROTOCOLS)
      .optional()
      .describe(
        "strict hides each user's last two items from training; paper does as published code does, leaks included; default strict",
      ),
    itemNumbers: z
      .enum(ITEM_NUMBERS)
      .optional()
      .describe(
        "how strict numbers items for systems that write numbers (promptForm text): by first appearance in training prefixes, or at random; default prefix",
      ),
    seed: z.number().int().optional().describe("equal settings and seed give equal runs on a CPU; default 2026"),
    device: z.enum(DEVICES).optional().describe("where to compute; default cpu"),
    threads: z.number().int().min(1).optional().describe("CPU threads; default: one per core"),
    out: z.string().describe("run directory to write").meta({ value: "RUN" }),
    resume: z.boolean().default(false).describe("go on with the run in --out"),
  }),
  async run({ arguments: { dir }, options }, { report, signal }) {
    const { train } = await import("../../pipeline/train.ts");
    const { set = [], epochs, model, ...rest } = options;
    const { trainable } = await import("../../recommenders/registry.ts");
    const settings = asAssignments(set, epochs);
    const { schema } = trainable(model ?? "isrf");
    const overrides = readAssignments(settings, schema);
    const summary = await train({ dataset: dir, model, ...rest, overrides, report, signal });
    const peakBytes = process.resourceUsage().maxRSS * BYTES_PER_KIB;
    return { json: { ...summary, peakBytes }, text: summaryText(summary, peakBytes) };
  },
});

function asAssignments(set: readonly Assignment[], epochs: number | undefined): Assignment[] {
  return epochs === undefined ? [...set] : [...set, { epochs }];
}

function summaryText(
  { directory, config, summary, seconds, preparationSeconds }: TrainSummary,
  peakBytes: number,
): string {
  const rows = [
    ["run", printable(directory)],
    [
      "model",
      `${config.model}, preset ${config.preset}, protocol ${config.protocol}, seed ${config.seed}, on ${config.device}`,
    ],
    ["epochs", `${summary.epoch} (${summary.step} steps), stopped: ${STOPPED[summary.stopped]}`],
    ["best epoch", `${summary.bestEpoch} (validation score ${summary.bestScore.toFixed(4)})`],
    ["time", `${formatSeconds(seconds)}, of which preparation ${formatSeconds(preparationSeconds)}`],
    ["peak memory", `${(peakBytes / 2 ** 20).toFixed(0)} MiB`],
  ];
  const lines = rows.map(([label, value]) => `${label!.padEnd(14)}${value}`);
  return [...lines, ...(config.protocol === "paper" ? [PAPER_BANNER] : [])].join("\n");
}
