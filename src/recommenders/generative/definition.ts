// Makes an entry of the recommender table from a generative system: how it is trained and loaded.
import type { MetricsLine, MetricsLog } from "../../training/metrics-log.ts";
import type { TrainableDefinition, TrainRequest, TrainResult } from "../definition.ts";
import { PreparationClock } from "../training/preparation-clock.ts";
import { validationQuestions } from "../training/ranking-validation.ts";
import { canResume, runTraining } from "../training/run-training.ts";
import { checkpointDirectory, loadBackbone } from "./backbone-checkpoint.ts";
import { explanationWords } from "./examples/explanation-words.ts";
import type { PreparationContext, TrainingData } from "./examples/training-data.ts";
import { validationPrompts } from "./examples/validation-prompts.ts";
import { beforeOf } from "./from-run/before.ts";
import { loadModel, tokenizerFrom } from "./model-files.ts";
import { wordSizes, wordSizesEvent } from "./network/word-sizes.ts";
import { trainableOptions } from "./options/gone.ts";
import {
  type GenerativeOptions,
  generativeSchema,
  learnsExplanations,
  readsCandidateHistory,
  readsIndividual,
} from "./options/options.ts";
import { type GenerativeSystem, optionSpace } from "./options/system.ts";
import { GenerativeRecommender } from "./recommender.ts";
import { prepare } from "./tables/preparation.ts";
import { GenerativeTrainer } from "./trainer.ts";

export function generativeDefinition(system: GenerativeSystem): TrainableDefinition {
  const { name, title, citation, needsEmbeddings } = system;
  return {
    kind: "trained",
    name,
    title,
    citation,
    tasks: ["sequential", "direct"],
    // Options of older runs lack what came later.
    usesHistory: (options) => options.candidateHistory === true && readsCandidateHistory(options as GenerativeOptions),
    options: optionSpace(system),
    needsEmbeddings,
    startsFromRuns: true,
    learnsSentences,
    train: (request) => trainGenerative(system, request),
    // Interests of similar users come from vectors of texts.
    load: async (directory, compile) =>
      new GenerativeRecommender(name, await loadModel(directory), compile, needsEmbeddings),
  };
}

/** Options of older runs know no such tasks. */
export function learnsSentences(options: Readonly<Record<string, unknown>>): boolean {
  return learnsExplanations(options as GenerativeOptions);
}

/** The training of a generative system; `request.options` are options of this room. */
export async function trainGenerative(system: GenerativeSystem, request: TrainRequest): Promise<TrainResult> {
  const options = generativeSchema.parse(trainableOptions(request.options));
  const { split, items, embeddings, seed, compile, report, signal } = request;
  const isResuming = await canResume(request);
  const questions = validationQuestions(split, request.validationNegatives, options.validationUsers, seed);
  const validation = validationPrompts(questions, options, request.sentences);
  const warmStartLosses: number[] = [];
  const headStartLosses: number[] = [];
  const context: PreparationContext = {
    options,
    seed,
    compile,
    onWarmStart: (_, loss) => warmStartLosses.push(loss),
    onHeadStart: (_, loss) => headStartLosses.push(loss),
    report,
    signal,
    before: request.from === undefined || isResuming ? undefined : await beforeOf(request.from),
    crew: request.crew,
    shared: request.shared,
    keptSimilarUsers: request.keptSimilarUsers,
    validation: questions,
    clock: new PreparationClock(options.preparationMinutes, report),
  };
  const { prefixes, graph, spared, itemNumbers, explained } = request.view;
  const { sentences } = request;
  const explanations = explained && sentences && { pairs: explained, sentences };
  const { nItems } = split;
  const data: TrainingData = { prefixes, graph, spared, nItems, itemNumbers, items, embeddings, explanations };
  const { extraTask } = system;
  const words = [...(extraTask?.words(items) ?? []), ...explanationWords(options, data)];
  const startedMs = Date.now();
  const directory = await checkpointDirectory(options, { report, signal });
  const trainer = await GenerativeTrainer.create({
    data,
    prepared: await prepare(data, context, isResuming),
    context,
    validation,
    tokenizer: await tokenizerFrom(directory, words),
    words,
    isResuming,
    extraTask,
    loaded: directory === undefined ? undefined : await loadBackbone(directory, options),
  });
  const begin = async (log: MetricsLog): Promise<void> => {
    if (readsIndividual(options)) report(wordSizesEvent(wordSizes(trainer.state), options));
    await log.append(lineOf("warm start", warmStartLosses));
    await log.append(lineOf("head start", headStartLosses));
  };
  const preparation = context.clock?.stages;
  return runTraining({ trainer, request, options, isResuming, startedMs, begin, preparation });
}

function lineOf(kind: "warm start" | "head start", losses: readonly number[]): MetricsLine {
  return { kind, step: 0, epoch: 0, figures: Object.fromEntries(losses.map((loss, i) => [`epoch ${i + 1}`, loss])) };
}
