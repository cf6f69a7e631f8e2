// What every trained system trains on.
import type { TrainingLists } from "../../data/index.ts";

export interface TrainingSource {
  readonly nItems: number;
  /** Training prefixes by user, oldest first: nothing held out. */
  readonly prefixes: TrainingLists;
  /** Items by user that are never drawn as negatives; default: the prefixes. */
  readonly spared?: TrainingLists | undefined;
}
