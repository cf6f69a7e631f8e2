// Targets that belong to slots of histories, several to a history: what cloze training and training at every position
// have in common.
import { type FeedsOf, floats, integers } from "../../engine/index.ts";

/** Flat places of the slots that guess, what they should guess, and its share of the loss: 0 for what fills up. */
export const slotTargetInputs = (targets: number) => ({
  places: integers(targets),
  target: integers(targets),
  weight: floats(targets),
});

export type SlotTargetFeeds = FeedsOf<ReturnType<typeof slotTargetInputs>>;
