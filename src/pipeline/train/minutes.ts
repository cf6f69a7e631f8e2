// A limit of time for a whole training, as options of the model: what preparation may use of it, and what is left.
import type { CompileOptions } from "../../engine/index.ts";
import type { TrainableDefinition } from "../../recommenders/definition.ts";
import { divisibleThreads } from "../../recommenders/divisible-threads.ts";

/** Of a training with a preparation that can be cut short. */
const PREPARATION_SHARE = 1 / 3;

/** Of a training in parts: the rest is for the backbone and for learning weights. */
const PARTS = { preparation: 0.2, sequence: 0.35, backbone: 0.3 } as const;
/** The same where the sequence model is trained beside preparation and backbone. */
const PARTS_AT_ONCE = { preparation: 0.25, sequence: 0.8, backbone: 0.55 } as const;

/** Of less, a training is over before a second process is worth its start. */
const LEAST_AT_ONCE_MINUTES = 1;

interface TimedTraining extends Pick<CompileOptions, "device" | "threads"> {
  readonly preset: string;
  readonly hasHelpers?: boolean | undefined;
}

/** Overrides that keep a training of `preset`, its preparation included, to about so many minutes. */
export function withinMinutes(
  minutes: number,
  { options }: TrainableDefinition,
  { preset, hasHelpers = false, ...compile }: TimedTraining,
): Readonly<Record<string, number>> {
  if (options.schema.shape.preparationMinutes === undefined) return { maxMinutes: minutes };
  if (options.presets[preset]?.witnessSequence === true) {
    const { preparation, sequence, backbone } =
      divisibleThreads(compile, hasHelpers) > 1 && minutes >= LEAST_AT_ONCE_MINUTES ? PARTS_AT_ONCE : PARTS;
    return {
      preparationMinutes: minutes * preparation,
      sequenceMinutes: minutes * sequence,
      maxMinutes: minutes * backbone,
    };
  }
  const preparationMinutes = minutes * PREPARATION_SHARE;
  return { maxMinutes: minutes - preparationMinutes, preparationMinutes };
}
