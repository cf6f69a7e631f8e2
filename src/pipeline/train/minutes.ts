// A limit of time for a whole training, as options of the model: what preparation may use of it, and what is left.
import type { TrainableDefinition } from "../../recommenders/definition.ts";

/** Of a training with a preparation that can be cut short. */
const PREPARATION_SHARE = 1 / 3;

/** Of a training in parts: the rest is for the backbone and for learning weights. */
const PARTS = { preparation: 0.2, sequence: 0.35, backbone: 0.3 } as const;

/** Overrides that keep a training of `preset`, its preparation included, to about so many minutes. */
export function withinMinutes(
  minutes: number,
  { options }: TrainableDefinition,
  preset: string,
): Readonly<Record<string, number>> {
  if (options.schema.shape.preparationMinutes === undefined) return { maxMinutes: minutes };
  if (options.presets[preset]?.witnessSequence === true) {
    return {
      preparationMinutes: minutes * PARTS.preparation,
      sequenceMinutes: minutes * PARTS.sequence,
      maxMinutes: minutes * PARTS.backbone,
    };
  }
  const preparationMinutes = minutes * PREPARATION_SHARE;
  return { maxMinutes: minutes - preparationMinutes, preparationMinutes };
}
