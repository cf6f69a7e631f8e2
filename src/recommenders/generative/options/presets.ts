// Sizes and helpers that all generative systems share in presets `tiny` and `mini`, so that a comparison of two systems
// compares what their papers say. A system's own folder adds what sets it apart. docs/baselines.md shows the whole
// matrix.
import type { GenerativeOptions } from "./options.ts";

export type PresetName = "tiny" | "mini" | "small";
/** Those of ISRF alone: as printed, and as its authors' code runs it. */
export type PublishedName = "paper" | "authors";
export type Options = Partial<GenerativeOptions>;

/**
 * Short prompts, a fitted start, an item head: what lets a small model learn in minutes (docs/isrf.md gives the
 * reasons).
 */
const COMPACT = {
  promptForm: "compact",
  tokenScale: 0.3,
  ordinalScale: 0.3,
  normaliseWords: true,
  recency: true,
  sigma: 0.1,
  individualLayers: 3,
  labelSmoothing: 0.1,
  itemHead: 1,
  candidateHead: 1,
  headShortcut: true,
  historyMap: true,
  candidateHistory: true,
  headWeight: 4,
  trainNegatives: 24,
  selection: "ndcg",
  schedule: "cosine",
} as const satisfies Options;

/** Tests and the demo: a few hundred users, two minutes. */
export const TINY = {
  ...COMPACT,
  width: 64,
  layers: 1,
  warmStartEpochs: 60,
  warmStartBatch: 1024,
  headStartEpochs: 10,
  warmStartLearningRate: 5e-3,
  batch: 64,
  visitsPerEpoch: 4,
  learningRate: 2e-3,
  warmupSteps: 20,
  epochs: 8,
  validationUsers: 400,
  checkpointEvery: 50,
} as const satisfies Options;

/** Real data on a CPU: Amazon Beauty at one to two minutes an epoch on one core. */
export const MINI = {
  ...COMPACT,
  width: 128,
  layers: 2,
  warmStartEpochs: 30,
  headStartEpochs: 5,
  batch: 256,
  learningRate: 1e-3,
  dropout: 0.2,
  warmupSteps: 200,
  epochs: 12,
  validationUsers: 1000,
  beams: 40,
} as const satisfies Options;
