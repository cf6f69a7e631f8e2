// ISRF as it is trained and asked. A training has three parts, each of which goes on where it was stopped: the backbone
// with its interests (the paper's), the sequence model, and the weights of what they and simpler witnesses say. Without
// witnesses there is the first part alone, and the backbone answers by itself.
import { internal } from "../../base/errors.ts";
import type { TrainableDefinition, TrainRequest, TrainResult } from "../definition.ts";
import { learnsSentences, trainGenerative } from "../generative/definition.ts";
import { loadModel } from "../generative/model-files.ts";
import { trainableOptions } from "../generative/options/gone.ts";
import { type GenerativeOptions, readsCandidateHistory } from "../generative/options/options.ts";
import { optionSpace as generativeSpace } from "../generative/options/system.ts";
import { GenerativeRecommender } from "../generative/recommender.ts";
import type { OptionSpace } from "../options/resolve-options.ts";
import { EVIDENCE, SEQUENCE } from "../part-folders.ts";
import { sharedTraining } from "../training/shared-training.ts";
import {
  choosingUsers,
  type EvidenceOptions,
  hasEvidence,
  learnEvidence,
  openEvidence,
} from "../witnesses/evidence-part.ts";
import { type BackboneAndSequence, trainBesideSequence } from "./beside-sequence.ts";
import { WITNESS_OPTIONS } from "./evidence-options.ts";
import { isrf } from "./isrf.ts";
import {
  generativePart,
  type IsrfOptions,
  isrfSchema,
  knowsNewItems,
  refuseLoneGenerator,
  usesWitnesses,
  witnessesOf,
} from "./options.ts";
import { AUTHORS, PAPER } from "./paper-presets.ts";
import { trainSequence } from "./sequence-part.ts";
import { trainedParts } from "./trained-parts.ts";

const BY_WITNESSES = {
  witnessSequence: true,
  witnessIndividual: true,
  witnessGroup: true,
  witnessNeighbours: true,
  witnessText: true,
  witnessNearest: true,
  witnessGenerator: true,
  witnessPopularity: true,
  // They say at once what heads learn to say.
  itemHead: 0,
  candidateHead: 0,
  // The decoder learns faster so (docs/isrf.md).
  tokenSoftmax: "tree",
  codeStart: "centroids",
} as const satisfies Partial<IsrfOptions>;

/** Published tables are of backbones that answer alone, and write what they like. */
const NO_WITNESSES = {
  ...Object.fromEntries(Object.values(WITNESS_OPTIONS).map((name) => [name, false])),
  tokenSoftmax: "vocabulary",
  codeStart: "noise",
};

const generative = generativeSpace(isrf);

/** Everything a user may set in ISRF. */
export const isrfOptionSpace: OptionSpace<IsrfOptions> = {
  ...generative,
  schema: isrfSchema,
  presets: {
    tiny: {
      ...isrf.presets.tiny,
      ...BY_WITNESSES,
      sequenceWidth: 32,
      sequenceLayers: 1,
      sequenceDropout: 0.2,
      sequenceBatch: 32,
      sequenceLearningRate: 5e-3,
      sequenceEpochs: 20,
    },
    // The backbone is one witness of eight: further epochs are worth less than the sequence model's.
    mini: { ...isrf.presets.mini, ...BY_WITNESSES, epochs: 6, textMapSteps: 300 },
    small: isrf.presets.small,
    paper: PAPER,
    authors: AUTHORS,
  },
  protocols: { ...generative.protocols, paper: { ...generative.protocols?.paper, ...NO_WITNESSES } },
  check: (options) => {
    generative.check?.(options);
    refuseLoneGenerator(options);
  },
};

export const isrfDefinition: TrainableDefinition = {
  kind: "trained",
  name: isrf.name,
  title: isrf.title,
  citation: `${isrf.citation} Answers from several witnesses (presets tiny, mini) are ours.`,
  isOurs: usesWitnesses,
  tasks: ["sequential", "direct"],
  usesHistory: readsHistory,
  options: isrfOptionSpace,
  needsEmbeddings: true,
  startsFromRuns: true,
  learnsSentences,
  train,
  trainPart,
  scoredBy: (options) => (usesWitnesses(options) ? "answers of witnesses" : "answers of the backbone"),
  takesNewItems: knowsNewItems,
  folders: (options) => [
    ...(options.witnessSequence === true ? [{ name: SEQUENCE, isTraining: true }] : []),
    ...(usesWitnesses(options) ? [{ name: EVIDENCE, isTraining: false }] : []),
  ],
  load: async (checkpoint, compile, run, newTexts) => {
    const state = await loadModel(checkpoint);
    return (await hasEvidence(run))
      ? openEvidence(isrf.name, run, trainedParts(run, compile, state), compile, newTexts)
      : new GenerativeRecommender(isrf.name, state, compile, true);
  },
};

/** Only candidate heads read the history in direct prompts; witnesses always do. Options of older runs lack some. */
function readsHistory(options: Readonly<Record<string, unknown>>): boolean {
  return usesWitnesses(options) || (options.candidateHistory === true && readsCandidateHistory(options as IsrfOptions));
}

async function train(request: TrainRequest): Promise<TrainResult> {
  const options = isrfSchema.parse(trainableOptions(request.options));
  const names = witnessesOf(options);
  if (names.length === 0) return trainBackbone(request, generativePart(options), false);
  const { backbone, sequence } = await trainParts(request, options);
  const stages = [...(backbone.preparation ?? []), ...(sequence === undefined ? [] : [sequence.stage])];
  const parts = trainedParts(request.directory, request.compile);
  const { bestScore, weights } = await learnEvidence(request, names, evidenceOptions(options), parts);
  return {
    ...backbone,
    summary: { ...backbone.summary, bestScore },
    preparation: [...stages, weights],
    besideSeconds: (sequence?.afterSeconds ?? 0) + weights.seconds,
    apartBytes: sequence?.apartBytes,
  };
}

function trainParts(request: TrainRequest, options: IsrfOptions): Promise<BackboneAndSequence> {
  return trainBesideSequence(request, options, (part) => trainBackbone(part, generativePart(options), true));
}

/** The one part that others have the use of: a backbone is asked for by the whole run. */
async function trainPart(folder: string, request: TrainRequest): Promise<TrainResult> {
  if (folder !== SEQUENCE) throw internal(`isrf trains no part ${folder} alone`);
  return trainSequence(request, isrfSchema.parse(trainableOptions(request.options)));
}

/**
 * Runs that differ in their witnesses have one backbone. A backbone that answers alone is the whole run, which a study
 * trains once: nobody else could take it.
 */
function trainBackbone(request: TrainRequest, options: GenerativeOptions, isOnePart: boolean): Promise<TrainResult> {
  const train = () => trainGenerative(isrf, { ...request, options });
  return isOnePart ? sharedTraining("backbone", request, { options, readsUserTexts: true }, train) : train();
}

/** Weights are learned from users that chose neither the backbone's checkpoint nor the sequence model's. */
function evidenceOptions(options: IsrfOptions): EvidenceOptions {
  const backbone = choosingUsers(options.validationUsers);
  const sequence = options.witnessSequence ? options.sequenceValidationUsers : 0;
  return { ...options, validationUsers: Math.max(backbone, sequence) };
}
