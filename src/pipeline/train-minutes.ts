// A limit of time for a whole training, as options of the model: what preparation may use of it, and what is left.
import type { TrainableDefinition } from "../recommenders/definition.ts";

/** Of a training with a preparation that can be cut short. */
const PREPARATION_SHARE = 1 / 3;

/** Overrides that keep a training, its preparation included, to about so many minutes. */
export function withinMinutes(minutes: number, { options }: TrainableDefinition): Readonly<Record<string, number>> {
  if (options.schema.shape.preparationMinutes === undefined) return { maxMinutes: minutes };
  const preparationMinutes = minutes * PREPARATION_SHARE;
  return { maxMinutes: minutes - preparationMinutes, preparationMinutes };
}
