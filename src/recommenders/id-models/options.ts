// Options that every id model has, with defaults of RecBole's `overall.yaml` where a published value exists [B: RecBole,
// A: the authors' code, R: our resolution]. A model's own file adds its own.
import { z } from "zod";
import { UsageError } from "../../base/errors.ts";

export const fraction = z.number().min(0).max(1);
export const positive = z.number().positive();
export const notNegative = z.number().min(0);
export const count = z.number().int().min(0);
export const positiveCount = z.number().int().min(1);
/** Masks are drawn four bytes at a time, which holds up to a half. */
export const dropoutShare = z.number().min(0).max(0.5);

export const sharedOptions = {
  width: positiveCount.default(64).describe("d, width of user and item vectors [B]"),
  learningRate: positive.default(1e-3).describe("Adam learning rate, constant [B]"),
  weightDecay: notNegative.default(0).describe("decoupled weight decay of AdamW [B: 0]"),
  batch: positiveCount.default(2048).describe("training instances per step [B]"),
  epochs: positiveCount.default(300).describe("most epochs [B]"),
  patience: positiveCount.default(10).describe("epochs without improvement before stopping [B]"),
  validationUsers: count.default(0).describe("users per validation, fixed by the seed; 0 = all [R]"),
  maxMinutes: notNegative
    .default(0)
    .describe("stop after the epoch in which this much training time is used up; 0 = no limit"),
  checkpointEvery: positiveCount.default(500).describe("steps between checkpoints to resume from"),
};

/** Option `selection`: what the best epoch is chosen by. */
export const selectionOption = (start: "sequential" | "direct") =>
  z
    .enum(["sequential", "direct", "both"])
    .default(start)
    .describe("task whose NDCG@10 on validation items chooses the best epoch; both = their mean [R]");

const sharedSchema = z.object({ ...sharedOptions, selection: selectionOption("sequential") });

export type IdOptions = z.infer<typeof sharedSchema>;

/** Option `regularisation` of the graph models. */
export const regularisationOption = notNegative
  .default(1e-4)
  .describe("weight of half the squared lengths of the batch's vectors before propagation, per pair [A of LightGCN]");

/** Small settings for tests and small shops, beside each model's defaults (`mini`). */
export const TINY = {
  width: 32,
  batch: 256,
  learningRate: 5e-3,
  epochs: 30,
  patience: 5,
  checkpointEvery: 50,
} as const;

/** `mini` is the published configuration: it fits a CPU as it is. */
export function presetsWith<const Tiny extends object>(tiny: Tiny) {
  return { mini: {}, tiny: { ...TINY, ...tiny } };
}

/** Preset, then overrides. @throws UsageError naming the option that is wrong. */
export function resolveOptions<O>(
  model: string,
  schema: z.ZodType<O>,
  presets: Readonly<Record<string, object>>,
  preset: string,
  overrides: Readonly<Record<string, unknown>>,
): O {
  const base = presets[preset];
  if (base === undefined) throw new UsageError(`preset ${preset}: ${model} has ${Object.keys(presets).join(" and ")}.`);
  const parsed = schema.safeParse({ ...base, ...overrides });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const name = issue.code === "unrecognized_keys" ? issue.keys.join(", ") : issue.path.join(".");
  throw new UsageError(`option ${name}: ${issue.message}. \`isrf models ${model}\` lists all options.`);
}
