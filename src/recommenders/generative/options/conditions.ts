// What several options need alike, and what the code asks of a run's options: one text for both.
import { above, type Together } from "../../options/needs.ts";

/** Whether a task is trained and asked. */
export const ASKED = {
  sequential: { tasks: ["both", "sequential", "three"] },
  direct: { tasks: ["both", "direct", "three"] },
  explanation: { tasks: ["explanation", "three"] },
  /** Prompts that name users and items by the graph's interests. */
  byGraph: { tasks: ["both", "direct", "three", "explanation"] },
} as const satisfies Record<string, Together>;

/** Prompts of one position an item, with codes for ids. */
export const COMPACT = { promptForm: "compact" } as const satisfies Together;

/** Prompts read individual interests. */
export const READS_INDIVIDUAL: readonly Together[] = [
  { directWord: "individual" },
  { sequentialUser: ["individual", "history"] },
];

/** Individual interests must exist: they are read, or item codes are made of them. */
export const INDIVIDUAL_EXISTS: readonly Together[] = [
  ...READS_INDIVIDUAL,
  { promptForm: "compact", itemCodes: ["interests", "text+interests"] },
];

/** Prompts or losses read group interests. */
export const READS_GROUP: readonly Together[] = [
  { groupWord: true },
  { lambdaDirect: above(0) },
  { lambdaSequential: above(0) },
];

/** Rows of items start like an isolated node of the graph, of standard deviation sigma / (L + 1). */
export const SCALED_BY_SIGMA: readonly Together[] = [
  { normaliseWords: false, sequentialWord: "item" },
  { normaliseWords: false, itemHead: above(0) },
];

/** The item head also scores by the history's rows themselves. */
export const HISTORY_ROWS = { headShortcut: true, itemHead: above(0) } as const satisfies Together;

/** Direct answers depend on the history beside the prompt. */
export const HISTORY_IN_DIRECT = {
  candidateHistory: true,
  headShortcut: true,
  candidateHead: above(0),
} as const satisfies Together;
