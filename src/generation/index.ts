export { type BeamSearchOptions, beamSearch, type DecoderStep, type LiveBeams } from "./beam-search.ts";
export type { EarlyStopping, Hypothesis } from "./hypotheses.ts";
export { type Constraint, type Followers, PrefixTree, type TokenSequence } from "./prefix-tree.ts";
export { refuseNaN } from "./refuse-nan.ts";
export {
  addCounts,
  type CleanOptions,
  cleanRanking,
  type DecodingCounts,
  NO_DECODING,
  type ScoredItems,
} from "./scored-items.ts";
