// ISRF's backbone and interests: items from texts through an adapter, group interests over similar users, two losses
// that let individual and group interests refine each other. Everything else is shared with the systems it is compared
// with (`generative/`). How answers are made of several witnesses stands in `definition.ts`.
import { MINI, type Options, TINY, withoutCheckpoint } from "../generative/options/presets.ts";
import type { GenerativeSystem } from "../generative/options/system.ts";
import { AUTHORS, PAPER } from "./paper-presets.ts";

/**
 * Beyond the paper in `tiny` and `mini`: interests stand in sequential prompts, texts may be corrected, losses weigh
 * less.
 */
const SMALL_MODEL = {
  templates: "bare",
  beta: 1,
  interestLearningRate: 1e-4,
  sequentialUser: "history",
  groupWord: true,
  groupSelf: false,
  interaction: true,
  itemSource: "semantic+free",
  groupStart: "individual",
  groupLayers: 1,
  lambdaDirect: 0.1,
  lambdaSequential: 0.1,
} as const satisfies Options;

export const isrf: GenerativeSystem = {
  name: "isrf",
  title: "ISRF",
  citation:
    "Zhu, Chen, Yuan, Yang. Iterative Semantic Reasoning from Individual to Group Interests for Generative Recommendation with LLMs. WWW 2026.",
  needsEmbeddings: true,
  fixed: { directWord: "individual", ordinals: "ids", promptStart: "normal", segments: "any" },
  presets: {
    tiny: {
      ...TINY,
      ...SMALL_MODEL,
      prompts: 2,
      semanticWidth: 64,
      interestEvery: 8,
      groupEvery: 8,
      neighbours: 20,
    },
    mini: {
      ...MINI,
      ...SMALL_MODEL,
      semanticWidth: 128,
      interestEvery: 16,
      groupEvery: 64,
      neighbours: 50,
    },
    /** The paper's form without its weights: T5-small's size, worded prompts, random tables, no warm start. */
    small: {},
    paper: PAPER,
    authors: AUTHORS,
  },
  follows: withoutCheckpoint,
};
