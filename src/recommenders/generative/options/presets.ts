// Sizes and helpers that all generative systems share in presets `tiny` and `mini`, so that a comparison of two systems
// compares what their papers say. A system's own folder adds what sets it apart. docs/baselines.md shows the whole
// matrix.
import { FROM_SCRATCH } from "./backbone.ts";
import type { GenerativeOptions } from "./options.ts";

export type PresetName = "tiny" | "mini" | "small";
/** As published: `authors` is ISRF's alone, as its authors' code runs it. */
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
  warmStartRegularisation: 1e-3,
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
  warmStartEpochs: 200,
  warmStartSteps: 2000,
  warmStartPatience: 2,
  warmStartRegularisation: 1e-3,
  warmStartLearningRate: 6e-3,
  headStartEpochs: 5,
  batch: 256,
  learningRate: 1e-3,
  dropout: 0.2,
  warmupSteps: 200,
  epochs: 12,
  validationUsers: 1000,
  beams: 40,
} as const satisfies Options;

/** T5-small as published systems start from it, how the literature decodes, and checkpoints for long updates. */
export const T5_AS_PUBLISHED = {
  checkpoint: "google-t5/t5-small",
  decoding: "free",
  beams: 20,
  sequentialBeams: 30,
  validationUsers: 0,
  // An update of theirs takes a minute on a CPU.
  checkpointEvery: 50,
} as const satisfies Options;

/** POD's third task, and ELMRec's, which asks for 10 with the start token. */
export const THREE_TASKS = { tasks: "three", explanationLeast: 9 } as const satisfies Options;

/** A batch of 64 in parts that need no more than 8 GB; of 128, in twice as many. */
export const MICRO_BATCHES = { 64: { accumulate: 16 }, 128: { accumulate: 32 } } as const;

/** Their scales suit T5's trained embeddings; beside fresh ones of size 1, words of size 1 stand. */
const FRESH_SCALES = { normaliseWords: true, beta: 1, betaDirect: 0, betaSequential: 0 } as const satisfies Options;

/** What follows for a preset when its user asks for no checkpoint. */
export function withoutCheckpoint(preset: Options, given: Readonly<Record<string, unknown>>): Options {
  const isLeftOut = given.checkpoint === FROM_SCRATCH || given.checkpoint === "";
  return preset.checkpoint !== undefined && isLeftOut ? FRESH_SCALES : {};
}
