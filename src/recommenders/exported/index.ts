// The front door for whoever carries a model's answers elsewhere.
import { DECAY, NEWEST } from "../witnesses/nearest-text.ts";
import { LEAST_SHARE, NEIGHBOUR_OPTIONS } from "../witnesses/neighbours.ts";
import { TEXT_DECAY } from "../witnesses/text-map.ts";

export { type HistoryModel, readHistoryModel } from "./history-model.ts";
export { type HistoryProgram, historyProgram, SLOTS } from "./history-program.ts";

/** What terms are made with, beside their tables. */
export const TERM_CONSTANTS = {
  textDecay: TEXT_DECAY,
  newest: NEWEST,
  newestDecay: DECAY,
  neighbourDecay: NEIGHBOUR_OPTIONS.historyDecay,
  leastShare: LEAST_SHARE,
} as const;
