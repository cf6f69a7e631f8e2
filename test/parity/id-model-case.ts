// One id model at fixture weights on one batch: what it computes, under the fixture's names.
import {
  ADAMW_DEFAULTS,
  compile,
  compileTrainStep,
  type Feeds,
  gradients,
  listed,
  type Parameters,
  trace,
} from "../../src/engine/index.ts";
import { optionSpace } from "../../src/recommenders/id-models/definition.ts";
import type { BatchExtents, IdModel, IdModelSpec, IdTrainingData } from "../../src/recommenders/id-models/id-model.ts";
import type { IdOptions } from "../../src/recommenders/id-models/options.ts";
import { type RankingQuestion, Scorer } from "../../src/recommenders/id-models/scorer.ts";
import { IdTrainer } from "../../src/recommenders/id-models/trainer.ts";
import { resolveOptions } from "../../src/recommenders/options/index.ts";
import type { Fixture } from "./fixture.ts";
import { ourName, ourValues } from "./id-model-names.ts";

export interface IdModelCase<O extends IdOptions> {
  readonly spec: IdModelSpec<O>;
  /** Where the fixture keeps the reference's values. */
  readonly prefix: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly data: IdTrainingData;
  readonly shape: BatchExtents;
  readonly feeds: Feeds;
  readonly questions: readonly RankingQuestion[];
  /** Our name of the model's own `LayerNorm`. Default "startNorm". */
  readonly norm?: string;
}

export interface IdModelValues {
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Float32Array>>;
  /** Losses before each of five Adam steps on the batch. */
  readonly losses: readonly number[];
  /** [questions, items] */
  readonly scores: Float32Array;
}

/** Adam's learning rate in the recipe. */
const RATE = 0.01;
const STEPS = 5;
const ONE_THREAD = { threads: 1 };

export async function valuesOf<O extends IdOptions>(
  fixture: Fixture,
  { spec, prefix, options: overrides, data, shape, feeds, questions, norm }: IdModelCase<O>,
): Promise<IdModelValues> {
  const options = resolveOptions(optionSpace(spec), "mini", { set: overrides });
  const trainer = new IdTrainer(spec, { options, data, validation: [], compile: ONE_THREAD });
  const scorer = new Scorer({ ...data, options, isTraining: false }, spec.query, ONE_THREAD);
  try {
    load(fixture, `${prefix}/weights/`, trainer.parameters, data, norm);
    const vectors = await trainer.vectors();
    const scores = (await scorer.scores(vectors, questions)).slice(0, questions.length * data.nItems);
    const model = spec.create(options, data);
    const first = await lossAndGradients(model, shape, { ...trainer.parameters.feeds(), ...feeds });
    return { ...first, scores, losses: await adamSteps(model, trainer.parameters, shape, feeds) };
  } finally {
    await Promise.all([trainer.dispose(), scorer.dispose()]);
  }
}

/** Reference gradients in our names and row order, beside the real rows of a table and nothing of its padding. */
export function referenceGradients(
  fixture: Fixture,
  prefix: string,
  ours: Readonly<Record<string, Float32Array>>,
  data: IdTrainingData,
  norm?: string,
): Record<string, Float32Array> {
  return Object.fromEntries(tensorsUnder(fixture, `${prefix}/gradients/`, (name) => ours[name]!.length, data, norm));
}

function load(fixture: Fixture, prefix: string, parameters: Parameters, data: IdTrainingData, norm?: string): void {
  const lengthOf = (name: string): number => parameters.get(name).front.value.length;
  const values = new Map(tensorsUnder(fixture, prefix, lengthOf, data, norm));
  for (const { name, front } of parameters.all) front.value.set(values.get(name)!);
}

function tensorsUnder(
  fixture: Fixture,
  prefix: string,
  lengthOf: (name: string) => number,
  { nUsers, nItems }: IdTrainingData,
  norm = "startNorm",
): [string, Float32Array][] {
  const names = fixture.names.filter((name) => name.startsWith(prefix));
  return names.map((full) => {
    const name = ourName(full.slice(prefix.length), norm);
    const rows = name === "users" ? nUsers : nItems;
    const isTable = /^(users|items|outputItems|outputBias)$/.test(name);
    const golden = fixture.get(full);
    return [name, isTable ? ourValues(golden, lengthOf(name), rows) : (golden.data as Float32Array)];
  });
}

async function lossAndGradients(model: IdModel, shape: BatchExtents, feeds: Feeds) {
  const program = trace((t) => {
    const { loss } = model.objective(t, shape);
    const specs = listed(model.tensors);
    const found = gradients(
      loss,
      specs.map((spec) => t.parameter(spec)),
    );
    return { loss, ...Object.fromEntries(specs.map(({ name }, i) => [`gradient/${name}`, found[i]!])) };
  });
  const executable = await compile(program, ONE_THREAD);
  try {
    const { loss, ...rest } = (await executable.run(feeds)) as Record<string, Float32Array>;
    const named = Object.entries(rest).map(([name, data]) => [name.replace("gradient/", ""), data]);
    return { loss: loss![0]!, gradients: Object.fromEntries(named) as Record<string, Float32Array> };
  } finally {
    await executable.dispose();
  }
}

async function adamSteps(model: IdModel, parameters: Parameters, shape: BatchExtents, feeds: Feeds): Promise<number[]> {
  const adam = { ...ADAMW_DEFAULTS, weightDecay: 0, learningRate: RATE };
  const step = await compileTrainStep((t) => model.objective(t, shape), parameters, adam, ONE_THREAD);
  const losses: number[] = [];
  try {
    for (let i = 0; i < STEPS; i++) losses.push((await step.run(feeds, adam)).loss![0] as number);
  } finally {
    await step.dispose();
  }
  return losses;
}
