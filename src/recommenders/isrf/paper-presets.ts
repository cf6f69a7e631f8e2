// ISRF as its paper prints it, and as its authors' public code runs it. Where the print is silent, the authors' code
// decides; where it is silent too, ELMRec's, which it follows; then we do. docs/isrf.md lists what cannot be known.
import { FROM_SCRATCH } from "../generative/options/backbone.ts";
import type { Options } from "../generative/options/presets.ts";

/** T5-small, its batch of 64 in parts that need no more than 8 GB, and how the literature decodes. */
const T5_AS_PUBLISHED = {
  checkpoint: "google-t5/t5-small",
  tasks: "three",
  // POD asks for 10 with the start token, and so does ELMRec; the print is silent.
  explanationLeast: 9,
  batch: 64,
  accumulate: 16,
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
  decoding: "free",
  beams: 20,
  sequentialBeams: 30,
  validationUsers: 0,
  // An update of theirs takes a minute on a CPU.
  checkpointEvery: 50,
} as const satisfies Options;

/** Eq. 1 with prompt vectors behind the text, eq. 8 and 9 with the denominators that they have in print. */
export const PAPER: Options = { ...T5_AS_PUBLISHED, promptPlace: "after", lossForm: "printed", distillTeacher: "h" };

/** Ordinals for whole words of histories, e for teacher, soft targets over products, answers' padding trained. */
export const AUTHORS: Options = {
  ...T5_AS_PUBLISHED,
  sequentialWord: "position",
  alignWith: "words",
  lossForm: "soft-target",
  temperature: 1,
  distillTeacher: "e",
  // Protocol strict masks it, and what the decoder sees of a prompt's.
  labelPadding: "trained",
};

/** Their scales suit T5's trained embeddings; beside fresh ones of size 1, words of size 1 stand. */
const FRESH_SCALES = { normaliseWords: true, beta: 1, betaDirect: 0, betaSequential: 0 } as const satisfies Options;

/** What follows for a preset when its user asks for no checkpoint. */
export function withoutCheckpoint(preset: Options, given: Readonly<Record<string, unknown>>): Options {
  const isLeftOut = given.checkpoint === FROM_SCRATCH || given.checkpoint === "";
  return preset.checkpoint !== undefined && isLeftOut ? FRESH_SCALES : {};
}
