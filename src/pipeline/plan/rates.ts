// What was measured, and on which machine: plans are made of these numbers. results/ has the records they were taken
// from, with commands and commits; test/contract/plan-rates.test.ts holds the two equal.

/** At some size: processor seconds on all cores together, and the most memory of the process. */
export interface Point {
  readonly size: number;
  readonly seconds: number;
  readonly memoryMiB: number;
}

/** Where all of them were measured. */
export const MEASURED_ON = { cpu: "AMD EPYC", cores: 2, memoryGiB: 23.5, node: "v20.20.2" } as const;

/** results/bench-sizes.json: sizes of MovieLens-25M's shape. */
export const CURVES = {
  /** `isrf data import`, by interactions. */
  import: [
    { size: 90149, seconds: 2.322, memoryMiB: 205 },
    { size: 973445, seconds: 8.223, memoryMiB: 478 },
    { size: 5027118, seconds: 36.43, memoryMiB: 1908 },
    { size: 19977353, seconds: 146.6, memoryMiB: 6266 },
  ],
  /** `isrf reason` by rule, by interactions. */
  rules: [
    { size: 90149, seconds: 2.267, memoryMiB: 177 },
    { size: 973445, seconds: 7.708, memoryMiB: 242 },
    { size: 5027118, seconds: 39.11, memoryMiB: 441 },
    { size: 19977353, seconds: 246.7, memoryMiB: 1041 },
  ],
  /** `isrf embed` (LSA), by items and users together. */
  lsa: [
    { size: 5043, seconds: 7.594, memoryMiB: 245 },
    { size: 21416, seconds: 17.24, memoryMiB: 356 },
    { size: 70000, seconds: 27.55, memoryMiB: 730 },
    { size: 220000, seconds: 41.2, memoryMiB: 1373 },
  ],
  /** 50 similar users of each, compared with all others, by users. */
  similarExact: [
    { size: 800, seconds: 0.1055, memoryMiB: 190 },
    { size: 8000, seconds: 1.284, memoryMiB: 320 },
    { size: 40000, seconds: 27.3, memoryMiB: 483 },
    { size: 160000, seconds: 235.4, memoryMiB: 690 },
  ],
  /** The same by the approximate search; recall falls from 1.00 to 0.81 over these sizes. */
  similarApproximate: [
    { size: 800, seconds: 0.4, memoryMiB: 200 },
    { size: 8000, seconds: 10.24, memoryMiB: 319 },
    { size: 40000, seconds: 77.17, memoryMiB: 591 },
    { size: 160000, seconds: 205.2, memoryMiB: 897 },
  ],
  /** ISRF, preset mini, until its first step, by interactions; memory is that of training. */
  trainingStart: [
    { size: 90149, seconds: 7.071, memoryMiB: 2344 },
    { size: 973445, seconds: 40.69, memoryMiB: 3718 },
    { size: 5027118, seconds: 138.1, memoryMiB: 4542 },
    { size: 19977353, seconds: 397.1, memoryMiB: 6688 },
  ],
  /** One of its steps. */
  trainingStep: [
    { size: 90149, seconds: 1.126, memoryMiB: 2344 },
    { size: 973445, seconds: 0.5352, memoryMiB: 3718 },
    { size: 5027118, seconds: 0.7163, memoryMiB: 4542 },
    { size: 19977353, seconds: 1.747, memoryMiB: 6688 },
  ],
} as const satisfies Readonly<Record<string, readonly Point[]>>;

export const RATES = {
  /** Users of one training step of preset mini: 160,000 in 2,500 steps (results/bench-sizes.json). */
  usersOfAStep: 64,
  /** Epochs of its sequence model, and processor seconds for an interaction in each (results/isrf-beauty.json). */
  sequenceEpochs: 24,
  sequenceProcessorSeconds: 0.0002832,
  /** One list of ten for one user out of 12,101 items (results/ask-speed.json). */
  listProcessorSeconds: 0.0005536,
  listItems: 12_101,
  /** One text through all-MiniLM-L6-v2 on our engine (results/bench-encoder.json). */
  encodedTextProcessorSeconds: 0.02237,
  /**
   * One call to Qwen2.5-Coder-0.5B in process, on one core (results/reasoning-ways.json). Short answers were measured
   * on a busier machine, beside the long ones: they have the share of their time that they took there
   * (results/reasoning-ways-judged.json).
   */
  smallModelCallSeconds: {
    apart: 1.891,
    together: 6.414,
    short: 5.472,
  },
  /** Calls for one question, repairs among them, of that model and of one that seldom needs any. */
  callsOfAQuestion: { small: 1.389, large: 1.02 },
  /** Prompt tokens about one item and one user, all their questions together (results/plan-figures.json). */
  promptTokens: {
    apart: { item: 763.5, user: 1967 },
    together: { item: 217.5, user: 618.1 },
    short: { item: 220.5, user: 621.1 },
  },
  /** Bytes on disk (results/plan-figures.json). */
  bytes: {
    datasetOfAnInteraction: 84.46,
    journalOfASubject: 2701,
    vectorsOfASubject: 1516,
    /** Ten ids and scores of a list, compressed. */
    listOfAUser: 120,
  },
} as const;
