// Makes an entry of the recommender table from an id model's declaration.
import type { TrainableDefinition, TrainRequest, TrainResult } from "../definition.ts";
import type { OptionSpace } from "../options/resolve-options.ts";
import { validationQuestions } from "../training/ranking-validation.ts";
import { canResume, runTraining } from "../training/run-training.ts";
import { carryFrom } from "./from-run.ts";
import { type IdModelSpec, TASKS } from "./id-model.ts";
import { loadIdModel } from "./model-files.ts";
import { withNewRows } from "./new-rows.ts";
import type { IdOptions } from "./options.ts";
import { IdRecommender } from "./recommender.ts";
import { IdTrainer } from "./trainer.ts";

export function idModelDefinition<O extends IdOptions>(spec: IdModelSpec<O>): TrainableDefinition {
  const { name, title, citation } = spec;
  return {
    kind: "trained",
    name,
    title,
    citation,
    isOurs: spec.isOurs ?? false,
    tasks: TASKS,
    usesHistory: spec.query !== undefined,
    options: optionSpace(spec),
    needsEmbeddings: spec.readsTexts ?? false,
    startsFromRuns: true,
    train: (request) => train(spec, request),
    load: async (directory, compile, _run, newTexts) => {
      const model = await loadIdModel(directory, spec);
      const whole = newTexts === undefined ? model : withNewRows(model, spec, newTexts);
      return new IdRecommender(spec, whole, compile);
    },
    takesNewItems: spec.rowsOfNew && (() => true),
  };
}

/** Everything a user may set in a model, and what it starts from. */
export function optionSpace<O extends IdOptions>({
  name,
  schema,
  presets,
  trainsOnGraph,
}: IdModelSpec<O>): OptionSpace<O> {
  return { model: name, schema, presets, protocols: trainsOnGraph ? { strict: {}, paper: {} } : undefined };
}

async function train<O extends IdOptions>(spec: IdModelSpec<O>, request: TrainRequest): Promise<TrainResult> {
  const { split, view, seed } = request;
  const options = spec.schema.parse(request.options);
  const startedMs = Date.now();
  const facts = spec.facts?.(request.items) ?? {};
  const data = {
    nUsers: split.nUsers,
    nItems: split.nItems,
    prefixes: spec.trainsOnGraph ? view.graph : view.prefixes,
    weights: spec.trainsOnGraph ? view.weights : undefined,
    spared: view.spared,
    facts,
    texts: spec.readsTexts ? request.embeddings?.items : undefined,
    seed,
  };
  const isResuming = await canResume(request);
  const validation = validationQuestions(split, request.validationNegatives, options.validationUsers, seed);
  const carry = request.from === undefined || isResuming ? undefined : await carryFrom(spec, request.from, data);
  const trainer = new IdTrainer(spec, { options, data, validation, compile: request.compile, carry });
  return runTraining({ trainer, request, options, isResuming, startedMs });
}
