// ISRF's training (Algorithm 1): batches alternate between the sequential and the direct task and share the backbone;
// interests are propagated and updated every few steps; validation chooses the checkpoint.
import { join } from "node:path";
import type { WordTokenizer } from "../../backbone/tokenizer.ts";
import { Random } from "../../base/random.ts";
import {
  ADAMW_DEFAULTS,
  type AdamWOptions,
  compile,
  compileTrainStep,
  type Executable,
  type Parameters,
  ProgramCache,
  type TrainStep,
  trace,
} from "../../engine/index.ts";
import { metricValue } from "../../evaluation/index.ts";
import { keepMasks } from "../../training/keep-masks.ts";
import type { Trainable } from "../../training/loop.ts";
import { loadOptimiser, saveOptimiser } from "../../training/optimiser-files.ts";
import { rateFactor } from "../../training/schedule.ts";
import type { RankedList, Task } from "../recommender.ts";
import { type Batch, type Example, makeBatch, returnGradients } from "./batches.ts";
import { Generator, interestRows, type Question } from "./generator.ts";
import { loadModel, saveModel } from "./model-files.ts";
import { type BatchShape, objective } from "./network.ts";
import { type GenerativeOptions, tasksOf } from "./options.ts";
import {
  freshParts,
  interestOptimiser,
  type PreparationContext,
  type Prepared,
  type TrainingData,
} from "./preparation.ts";
import { Sampler } from "./sampler.ts";
import { assembleState, type GenerativeState, type InterestTables, initialParameters } from "./state.ts";

/** Validation questions of fixed users; `target` is the validation item. Histories hold at most `maxHistory` items. */
export interface ValidationSet {
  readonly sequential: readonly Question[];
  readonly direct: readonly Question[];
}

export class GenerativeTrainer implements Trainable {
  readonly stepsPerEpoch: number;
  private readonly data: TrainingData;
  private readonly prepared: Prepared;
  private readonly context: PreparationContext;
  private readonly validation: ValidationSet;
  private readonly sampler: Sampler;
  private readonly tasks: readonly Task[];
  private readonly steps = new Map<string, Promise<TrainStep>>();
  private readonly evaluations = new ProgramCache(16);
  private readonly interests: InterestTables;
  private model: GenerativeState;
  /** Kept between validations: it reads the model's current parameters, and its programs are worth keeping. */
  private generator: Generator | undefined;

  private constructor(
    data: TrainingData,
    prepared: Prepared,
    context: PreparationContext,
    validation: ValidationSet,
    model: GenerativeState,
    interests: InterestTables,
  ) {
    this.data = data;
    this.prepared = prepared;
    this.context = context;
    this.validation = validation;
    this.model = model;
    this.interests = interests;
    this.sampler = new Sampler(data.histories, data.nItems, model.form, context.options, context.seed, data.spared);
    this.tasks = tasksOf(context.options);
    this.stepsPerEpoch = this.tasks.reduce((total, task) => total + this.sampler.batchesPerEpoch(task), 0);
  }

  /** A trainer with a fresh model; `loaded` holds the backbone's checkpoint values, if any. It owns `prepared`. */
  static async create(
    data: TrainingData,
    prepared: Prepared,
    context: PreparationContext,
    validation: ValidationSet,
    tokenizer: WordTokenizer,
    loaded?: ReadonlyMap<string, Float32Array>,
  ): Promise<GenerativeTrainer> {
    const interests = { individual: prepared.individual.value, group: prepared.group.value };
    const parts = await freshParts(data, tokenizer, context, interests);
    const model = assembleState(parts, initialParameters(parts, Random.of(context.seed, "backbone"), loaded));
    return new GenerativeTrainer(data, prepared, context, validation, model, interests);
  }

  get state(): GenerativeState {
    return this.model;
  }

  async step(step: number, epoch: number): Promise<Record<string, number>> {
    const task = this.tasks[step % this.tasks.length]!;
    const examples = this.sampler.batch(task, Math.floor(step / this.tasks.length));
    const batch = this.batchOf(examples);
    const train = await this.trainStep(batch.shape);
    const feeds = {
      ...batch.feeds,
      ...keepMasks(train.executable.program, Random.of(this.context.seed, `dropout/${step}`)),
      alignmentWeight: Float32Array.of(this.alignmentWeight(task, epoch)),
    };
    const results = await train.run(feeds, this.optimiser(step));
    this.collect(results, examples, batch.shape);
    await this.updateInterests(step);
    return Object.fromEntries(
      ["generation", "alignment", "head"].flatMap((name) => {
        const value = results[name]?.[0] as number | undefined;
        return value === undefined ? [] : [[`${task} ${name}`, value]];
      }),
    );
  }

  async settle(): Promise<void> {
    await this.prepared.individual.update(interestOptimiser(this.options));
    await this.prepared.group.update(interestOptimiser(this.options));
    this.readTables();
  }

  async validate(): Promise<{ score: number; figures: Record<string, number> }> {
    const figures: Record<string, number> = {};
    for (const task of this.tasks) figures[`${task} loss`] = await this.validationLoss(task);
    const meanLoss = Object.values(figures).reduce((total, loss) => total + loss, 0) / this.tasks.length;
    if (this.options.selection === "loss") return { score: -meanLoss, figures };
    this.generator ??= new Generator(this.model, this.context.compile);
    let score = 0;
    for (const task of this.tasks) {
      const { ndcg, hitRate } = await rankingQuality(this.generator, this.validation[task], this.context.signal);
      figures[`${task} NDCG@10`] = ndcg;
      figures[`${task} HR@10`] = hitRate;
      score += ndcg / this.tasks.length;
    }
    return { score, figures };
  }

  async saveModel(directory: string): Promise<void> {
    await saveModel(directory, this.model);
  }

  async saveForResume(directory: string): Promise<void> {
    await saveModel(directory, this.model);
    await saveOptimiser(join(directory, "optimiser.safetensors"), this.parameterSets());
  }

  async restore(directory: string): Promise<void> {
    const saved = await loadModel(directory);
    await loadOptimiser(join(directory, "optimiser.safetensors"), {
      ...this.parameterSets(),
      backbone: saved.parameters,
    });
    await this.prepared.individual.refresh();
    await this.prepared.group.refresh();
    this.readTables();
    this.model = { ...saved, interests: this.interests };
    await this.generator?.dispose();
    this.generator = undefined;
  }

  async dispose(): Promise<void> {
    const compiled = await Promise.all(this.steps.values());
    await Promise.all([
      ...compiled.map((step) => step.dispose()),
      this.evaluations.dispose(),
      this.generator?.dispose(),
      this.prepared.individual.dispose(),
      this.prepared.group.dispose(),
    ]);
  }

  private get options(): GenerativeOptions {
    return this.context.options;
  }

  private parameterSets(): Record<"backbone" | "individual" | "group", Parameters> {
    return {
      backbone: this.model.parameters,
      individual: this.prepared.individualParameters,
      group: this.prepared.groupParameters,
    };
  }

  private batchOf(examples: readonly Example[]): Batch {
    const { maxHistory, trainNegatives } = this.options;
    const longest = Math.max(...examples.map(({ items }) => items.length));
    const isSequential = examples[0]!.task === "sequential";
    const slots = isSequential
      ? historySlots(longest, maxHistory)
      : Math.max(1 + Math.min(trainNegatives, this.data.nItems - 1), longest);
    return makeBatch(examples, this.model.form, this.model.network, interestRows(this.model), slots);
  }

  private trainStep(shape: BatchShape): Promise<TrainStep> {
    const key = JSON.stringify(shape);
    let known = this.steps.get(key);
    if (known === undefined) {
      known = compileTrainStep(
        (t) => objective(t, this.model.network, shape, true),
        this.model.parameters,
        this.optimiser(0),
        this.context.compile,
      );
      this.steps.set(key, known);
    }
    return known;
  }

  private optimiser(step: number): AdamWOptions {
    const { learningRate, weightDecay, schedule, warmupSteps, epochs } = this.options;
    const factor = rateFactor(step, schedule, warmupSteps, epochs * this.stepsPerEpoch);
    return { ...ADAMW_DEFAULTS, learningRate: learningRate * factor, weightDecay };
  }

  private alignmentWeight(task: Task, epoch: number): number {
    if (task === "sequential") return this.options.lambdaSequential;
    return epoch < this.options.distillWarmupEpochs ? 0 : this.options.lambdaDirect;
  }

  private collect(results: StepResults, examples: readonly Example[], shape: BatchShape): void {
    const { individual, group } = this.prepared;
    const { interestEvery, groupEvery } = this.options;
    const ignore = (): void => {};
    returnGradients(results, examples, shape.items, this.model.network.t5.width, this.model.nUsers, {
      individual: interestEvery === 0 ? ignore : (row, gradient, at) => individual.addGradient(row, gradient, at),
      group: groupEvery === 0 ? ignore : (row, gradient, at) => group.addGradient(row, gradient, at),
    });
    // A table that this step's loss does not use is left alone, as optimisers leave parameters without a gradient.
    const reaches = (...names: string[]): boolean => names.some((name) => results[`d.${name}`] !== undefined);
    if (interestEvery > 0 && reaches("individual", "candidates", "history")) individual.countStep();
    if (groupEvery > 0 && reaches("group")) group.countStep();
  }

  private async updateInterests(step: number): Promise<void> {
    const { interestEvery, groupEvery } = this.options;
    const optimiser = interestOptimiser(this.options);
    if (interestEvery > 0 && (step + 1) % interestEvery === 0) await this.prepared.individual.update(optimiser);
    if (groupEvery > 0 && (step + 1) % groupEvery === 0) await this.prepared.group.update(optimiser);
    this.readTables();
  }

  /** The model reads the tables' current values. */
  private readTables(): void {
    this.interests.individual = this.prepared.individual.value;
    this.interests.group = this.prepared.group.value;
  }

  private async validationLoss(task: Task): Promise<number> {
    const examples = this.validation[task];
    const size = Math.min(this.options.batch, examples.length);
    let total = 0;
    let batches = 0;
    // Whole batches only, so that one program serves all.
    for (let at = 0; at + size <= examples.length; at += size) {
      const { shape, feeds } = this.batchOf(examples.slice(at, at + size));
      const program = await this.evaluationProgram(shape);
      const results = await program.run({
        ...this.model.parameters.feeds(),
        ...feeds,
        alignmentWeight: Float32Array.of(0),
      });
      total += results.generation![0] as number;
      batches++;
    }
    return total / Math.max(1, batches);
  }

  private evaluationProgram(shape: BatchShape): Promise<Executable> {
    return this.evaluations.get(JSON.stringify(shape), () =>
      compile(
        trace((t) => ({ generation: objective(t, this.model.network, shape, false).outputs!.generation! })),
        this.context.compile,
      ),
    );
  }
}

/** Item slots of a sequential prompt: few sizes, so that few programs serve all lengths. */
function historySlots(longest: number, maxHistory: number): number {
  const sizes = [2, 4, 8, 12, maxHistory];
  return Math.min(maxHistory, sizes.find((size) => size >= longest) ?? maxHistory);
}

type StepResults = Awaited<ReturnType<TrainStep["run"]>>;

async function rankingQuality(
  generator: Generator,
  questions: readonly Question[],
  signal?: AbortSignal,
): Promise<{ ndcg: number; hitRate: number }> {
  const lists = await generator.answer(questions, 10, signal);
  let ndcg = 0;
  let hitRate = 0;
  lists.forEach((list, i) => {
    const rank = rankOf(list, questions[i]!.target!);
    ndcg += metricValue("NDCG@10", rank, 1) / lists.length;
    hitRate += metricValue("HR@10", rank, 1) / lists.length;
  });
  return { ndcg, hitRate };
}

/** 1-based, 0 = absent. */
function rankOf({ items }: RankedList, target: number): number {
  return items.indexOf(target) + 1;
}
