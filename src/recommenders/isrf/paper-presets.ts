// ISRF as its paper prints it, and as its authors' public code runs it. Where the print is silent, the authors' code
// decides; where it is silent too, ELMRec's, which it follows; then we do. docs/isrf.md lists what cannot be known.
import { MICRO_BATCHES, type Options, T5_AS_PUBLISHED, THREE_TASKS } from "../generative/options/presets.ts";

/** What print and code have in common. */
const PUBLISHED = {
  ...T5_AS_PUBLISHED,
  // Of the least length the print is silent.
  ...THREE_TASKS,
  batch: 64,
  ...MICRO_BATCHES[64],
  batchOrder: "random",
  sigma: 5,
  groupSigma: 5,
  individualLayers: 4,
  groupLayers: 4,
  groupSelfLoop: true,
  semanticWidth: 512,
  adapterStart: "linear",
  textScale: "kept",
  betaDirect: 11,
  betaSequential: 9,
} as const satisfies Options;

/**
 * Eq. 1 with prompt vectors behind the text, eq. 6 with the user as one of the k, eq. 8 and 9 with the denominators
 * that they have in print.
 */
export const PAPER: Options = {
  ...PUBLISHED,
  promptPlace: "after",
  groupSelfAmong: true,
  lossForm: "printed",
  distillTeacher: "h",
};

/** Ordinals for whole words of histories, e for teacher, soft targets over products, answers' padding trained. */
export const AUTHORS: Options = {
  ...PUBLISHED,
  sequentialWord: "position",
  alignWith: "words",
  lossForm: "soft-target",
  temperature: 1,
  distillTeacher: "e",
  // Protocol strict masks it, and what the decoder sees of a prompt's.
  labelPadding: "trained",
};
