// What to train on data of a size within a time, decided from sizes alone: equal data, options and minutes give equal
// plans on every machine. Costs were measured on two slow cores, so that most machines stay below; where one does not,
// the limits of time (`limits`) end a stage early, and it says so. Preset tiny learns what a few thousand users teach;
// mini is for more, where at least a few of its epochs fit.
import { z } from "zod";
import { decimals } from "../../base/written-numbers.ts";
import { resolveOptions } from "../../recommenders/options/index.ts";
import { trainable } from "../../recommenders/registry.ts";

export interface DataSizes {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
}

export interface TrainingPlan {
  readonly preset: PlannedPreset;
  /** Option values over the preset's. */
  readonly overrides: Readonly<Record<string, number>>;
  /** Users asked in the evaluation; undefined = all. */
  readonly evaluatedUsers: number | undefined;
  /** Whether more minutes would give a longer training or a larger model. */
  readonly isLimited: boolean;
  /** In words. */
  readonly why: string;
}

type PlannedPreset = "tiny" | "mini";

/** Measured on two slow cores. */
interface PresetCost {
  /** Of a step of training, tasks in turn. */
  readonly stepSeconds: number;
  readonly validationSeconds: number;
  /** Of a user in an evaluation, every question and yardstick included. */
  readonly answerSeconds: number;
}

const COSTS: Readonly<Record<PlannedPreset, PresetCost>> = {
  tiny: { stepSeconds: 0.04, validationSeconds: 3, answerSeconds: 0.01 },
  mini: { stepSeconds: 0.3, validationSeconds: 15, answerSeconds: 0.03 },
};

/** What the time depends on. */
const presetSizesSchema = z.object({
  width: z.number(),
  individualLayers: z.number(),
  batch: z.number(),
  visitsPerEpoch: z.number(),
  epochs: z.number(),
  warmStartEpochs: z.number(),
  warmStartBatch: z.number(),
});

type PresetSizes = z.infer<typeof presetSizesSchema>;

function presetSizes(preset: PlannedPreset): PresetSizes {
  return presetSizesSchema.parse(resolveOptions(trainable("isrf").options, preset));
}

/** Fewer users teach preset mini nothing that tiny does not learn as well. */
const MINI_USERS = 2000;
const LEAST_MINI_EPOCHS = 4;

/** An epoch of fewer is too short to learn from: few users are visited the more often. */
const LEAST_EPOCH_STEPS = 50;

/** Parts of the time; what is left is for texts, vectors, weights of witnesses and reasons. */
const SHARES = { warmStart: 0.12, training: 0.3, sequence: 0.22, evaluation: 0.15 } as const;

/** More steps than these no longer pay: the interests of Amazon Beauty are fitted after as many. */
const ENOUGH_STEPS = 600;

/** Multiplications and additions in a second, through sparse products, and what a step takes besides. */
const SPARSE_PER_SECOND = 3e9;
const STEP_OVERHEAD_SECONDS = 2e-3;

const LEAST_EVALUATED_USERS = 500;
const PREPARATION_LIMIT_SHARE = 1 / 3;
const TRAINING_LIMIT_SHARE = 0.36;

/** `preset` given: that one, in as many epochs as fit. */
export function planTraining(sizes: DataSizes, minutes: number, preset?: string): TrainingPlan | undefined {
  if (preset !== undefined && !isPlanned(preset)) return undefined;
  const chosen = preset ?? presetFor(sizes, minutes);
  const cost = COSTS[chosen];
  const options = presetSizes(chosen);
  const seconds = minutes * 60;
  const training = fitEpochs(sizes, chosen, SHARES.training * seconds);
  const evaluated = Math.max(
    LEAST_EVALUATED_USERS,
    Math.floor((SHARES.evaluation * seconds) / (cost.answerSeconds * answerScale(sizes))),
  );
  return {
    preset: chosen,
    overrides: {
      ...training,
      ...preparationSteps(sizes, options, seconds),
      preparationMinutes: minutes * PREPARATION_LIMIT_SHARE,
      sequenceMinutes: minutes * SHARES.sequence,
      maxMinutes: minutes * TRAINING_LIMIT_SHARE,
    },
    evaluatedUsers: evaluated < sizes.users ? evaluated : undefined,
    isLimited:
      training.epochs < options.epochs ||
      training.visitsPerEpoch < options.visitsPerEpoch ||
      (chosen === "tiny" && sizes.users >= MINI_USERS),
    why: whyText(sizes, minutes, chosen, preset !== undefined),
  };
}

function isPlanned(preset: string): preset is PlannedPreset {
  return Object.hasOwn(COSTS, preset);
}

function presetFor(sizes: DataSizes, minutes: number): PlannedPreset {
  if (sizes.users < MINI_USERS) return "tiny";
  const { epochs } = fitEpochs(sizes, "mini", SHARES.training * minutes * 60);
  return epochs >= LEAST_MINI_EPOCHS ? "mini" : "tiny";
}

function whyText({ users, interactions }: DataSizes, minutes: number, preset: PlannedPreset, isGiven: boolean): string {
  if (isGiven) return `preset ${preset}, as asked`;
  const size = `${users} users with ${interactions} interactions and ${decimals(minutes, 0)} minutes`;
  return `preset ${preset}, for ${size}`;
}

/** Epochs, and visits of users in each, that fit: fewer epochs first (mini), or smaller ones (tiny). */
function fitEpochs(
  { users }: DataSizes,
  preset: PlannedPreset,
  seconds: number,
): { readonly epochs: number; readonly visitsPerEpoch: number } {
  const { batch, visitsPerEpoch: usual, epochs: most } = presetSizes(preset);
  const visitsPerEpoch = Math.max(usual, Math.ceil((LEAST_EPOCH_STEPS * batch) / (2 * users)));
  const { stepSeconds, validationSeconds } = COSTS[preset];
  const visitSeconds = 2 * (users / batch) * stepSeconds;
  const fitting = Math.floor(seconds / (visitsPerEpoch * visitSeconds + validationSeconds));
  if (preset === "mini" || fitting >= most) return { epochs: Math.min(most, Math.max(1, fitting)), visitsPerEpoch };
  const epochs = Math.max(1, Math.min(most, Math.floor(seconds / (2 * validationSeconds))));
  const visits = (seconds / epochs - validationSeconds) / visitSeconds;
  // Two figures: a plan that people can type.
  return { epochs, visitsPerEpoch: Math.max(0.01, Number(Math.min(visitsPerEpoch, visits).toPrecision(2))) };
}

/** The cap of the warm start, where its epochs come to more. */
function preparationSteps(
  { interactions }: DataSizes,
  { width, individualLayers, warmStartEpochs, warmStartBatch }: PresetSizes,
  seconds: number,
): Readonly<Record<string, number>> {
  const pass = 2 * interactions * width * individualLayers * 2;
  const warmSeconds = pass / SPARSE_PER_SECOND + STEP_OVERHEAD_SECONDS;
  const warm = stepsWithin(SHARES.warmStart * seconds, warmSeconds);
  const all = warmStartEpochs * Math.max(1, Math.floor(interactions / warmStartBatch));
  return all > warm ? { warmStartSteps: warm } : {};
}

function stepsWithin(seconds: number, stepSeconds: number): number {
  return Math.max(1, Math.min(ENOUGH_STEPS, Math.floor(seconds / stepSeconds)));
}

/** Lists over a large catalogue take longer. */
function answerScale({ items }: DataSizes): number {
  return Math.max(1, items / 20_000);
}
