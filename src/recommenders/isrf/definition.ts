// ISRF as it is trained and asked. A training has three parts, each of which goes on where it was stopped: the backbone
// with its interests (the paper's), the sequence model, and the weights of what they and simpler witnesses say. Without
// witnesses there is the first part alone, and the backbone answers by itself.
import type { TrainableDefinition, TrainRequest, TrainResult } from "../definition.ts";
import { trainGenerative } from "../generative/definition.ts";
import { loadModel } from "../generative/model-files.ts";
import { checkCombination } from "../generative/options/options.ts";
import { optionSpace as generativeSpace } from "../generative/options/system.ts";
import { GenerativeRecommender } from "../generative/recommender.ts";
import type { OptionSpace } from "../options/resolve-options.ts";
import type { PreparationStage } from "../training/preparation-clock.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import { hasEvidence, learnEvidence, openEvidence } from "./evidence-part.ts";
import { isrf } from "./isrf.ts";
import { generativePart, type IsrfOptions, isrfSchema, witnessesOf } from "./options.ts";
import { openSequence, trainSequence } from "./sequence-part.ts";

const WITNESSES_ON = {
  witnessSequence: true,
  witnessIndividual: true,
  witnessGroup: true,
  witnessNeighbours: true,
  witnessText: true,
  witnessGenerator: true,
  witnessPopularity: true,
} as const satisfies Partial<IsrfOptions>;

const generative = generativeSpace(isrf);

/** Everything a user may set in ISRF. */
export const isrfOptionSpace: OptionSpace<IsrfOptions> = {
  ...generative,
  schema: isrfSchema,
  presets: {
    tiny: {
      ...isrf.presets.tiny,
      ...WITNESSES_ON,
      sequenceWidth: 32,
      sequenceLayers: 1,
      sequenceDropout: 0.2,
      sequenceBatch: 32,
      sequenceLearningRate: 5e-3,
      sequenceEpochs: 20,
    },
    mini: { ...isrf.presets.mini, ...WITNESSES_ON, textMapSteps: 300 },
    small: isrf.presets.small,
  },
  check: (options) => checkCombination(isrf.name, options),
};

export const isrfDefinition: TrainableDefinition = {
  kind: "trained",
  name: isrf.name,
  title: isrf.title,
  citation: isrf.citation,
  tasks: ["sequential", "direct"],
  usesHistory: readsHistory,
  options: isrfOptionSpace,
  needsEmbeddings: true,
  train,
  load: async (checkpoint, compile, run) => {
    const state = await loadModel(checkpoint);
    if (!(await hasEvidence(run))) return new GenerativeRecommender(isrf.name, state, compile, true);
    const options = await optionsOf(run);
    const sequence = options.witnessSequence ? await openSequence(run, compile) : undefined;
    return openEvidence(isrf.name, run, options, { generative: state, sequence }, compile);
  },
};
