// The training of all generative systems (ISRF's Algorithm 1): batches alternate between the sequential and the direct task,
// an extra task's between them, and share the backbone; interests are propagated and updated every few steps; validation
// chooses the checkpoint.

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
import { type Batch, makeBatch, makeExtraBatch } from "./examples/batches.ts";
import type { ExtraSampler, ExtraTask } from "./examples/extra-task.ts";
import { Sampler } from "./examples/sampler.ts";
import { StepOrder } from "./examples/step-order.ts";
import type { PreparationContext, TrainingData } from "./examples/training-data.ts";
import { Generator, interestRows, type Question } from "./generator.ts";
import { fitItemHead } from "./heads/head-start.ts";
import { loadModel, saveModel } from "./model-files.ts";
import { alignmentFeeds } from "./network/inputs.ts";
import { objective } from "./network/network.ts";
import { type GenerativeOptions, type PromptTask, tasksOf } from "./options/options.ts";
import type { BatchShape, Example } from "./shapes.ts";
import { assembleState, freshValues, type GenerativeState } from "./state.ts";
import { freshParts, type Prepared } from "./tables/preparation.ts";
import { TrainedInterests } from "./tables/trained-interests.ts";

/** Validation questions of fixed users; `target` is the validation item. Histories hold at most `maxHistory` items. */
export interface ValidationSet {
  readonly sequential: readonly Question[];
  readonly direct: readonly Question[];
}

/** What a training begins with. */
export interface TrainingStart {
  readonly data: TrainingData;
  /** The trainer owns it. */
  readonly prepared: Prepared;
  readonly context: PreparationContext;
  readonly validation: ValidationSet;
  readonly tokenizer: WordTokenizer;
  readonly extraTask?: ExtraTask | undefined;
  /** Words of the extra task. */
  readonly words?: readonly string[];
  /** The caller restores a checkpoint: no head start is run. */
  readonly isResuming?: boolean;
  /** Values of a backbone's checkpoint. */
  readonly loaded?: ReadonlyMap<string, Float32Array>;
}

export class GenerativeTrainer implements Trainable {
  readonly stepsPerEpoch: number;
  private readonly data: TrainingData;
  private readonly context: PreparationContext;
  private readonly validation: ValidationSet;
  private readonly sampler: Sampler;
  private readonly extraTask: ExtraTask | undefined;
  private extra: ExtraSampler | undefined;
  private readonly tasks: readonly Task[];
  private readonly order: StepOrder;
  private readonly interests: TrainedInterests;
  private readonly steps = new Map<string, Promise<TrainStep>>();
  private readonly evaluations = new ProgramCache(16);
  private readonly masks = new Map<string, Uint8Array>();
  private model: GenerativeState;
  /** Kept between validations: it reads the model's current parameters, and its programs are worth keeping. */
  private generator: Generator | undefined;

  private constructor({ data, prepared, context, validation, extraTask }: TrainingStart, model: GenerativeState) {
    const { options, seed } = context;
    const { prefixes, nItems } = data;
    this.data = data;
    this.context = context;
    this.validation = validation;
    this.interests = new TrainedInterests(prepared, options);
    this.model = { ...model, interests: this.interests.tables };
    this.sampler = new Sampler(prefixes, nItems, model.form, options, seed, data.spared);
    this.extraTask = extraTask;
    this.extra = this.extraSampler();
    this.tasks = tasksOf(options);
    this.order = new StepOrder(this.tasks, extraTask !== undefined);
    const batches = this.tasks.reduce((total, task) => total + this.sampler.batchesPerEpoch(task), 0);
    this.stepsPerEpoch = batches * this.order.stride;
  }

  /** A trainer with a fresh model. It must be disposed of. */
  static async create(start: TrainingStart): Promise<GenerativeTrainer> {
    const { data, prepared, context, tokenizer, words = [], loaded, isResuming = false } = start;
    const parts = await freshParts(data, tokenizer, words, context, prepared);
    const state = assembleState(parts, freshValues(Random.of(context.seed, "backbone"), loaded));
    if (!isResuming) await fitItemHead(state.parameters, data, context);
    return new GenerativeTrainer(start, state);
  }

  get state(): GenerativeState {
    return this.model;
  }

  async step(step: number): Promise<Record<string, number>> {
    const { task, index } = this.order.at(step);
    const examples = task === "extra" ? [] : this.sampler.batch(task, index);
    const batch = task === "extra" ? this.extraBatch(index) : this.batchOf(examples);
    const train = await this.trainStep(batch.shape);
    const feeds = {
      ...batch.feeds,
      ...keepMasks(train.executable.program, Random.of(this.context.seed, `dropout/${step}`), this.masks),
      ...alignmentFeeds(this.alignmentWeight(task)),
    };
    const results = await train.run(feeds, this.optimiser(step));
    this.interests.collect(results, examples, batch.shape, this.model);
    await this.interests.afterStep(step);
    return Object.fromEntries(
      ["generation", "alignment", "head"].flatMap((name) => {
        const value = results[name]?.[0] as number | undefined;
        return value === undefined ? [] : [[`${task} ${name}`, value]];
      }),
    );
  }

  async settle(): Promise<void> {
    await this.interests.settle();
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
    await this.interests.refresh();
    this.model = { ...saved, interests: this.interests.tables };
    // The fresh model had other codes.
    this.extra = this.extraSampler();
    await this.generator?.dispose();
    this.generator = undefined;
  }

  async dispose(): Promise<void> {
    const compiled = await Promise.all(this.steps.values());
    await Promise.all([
      ...compiled.map((step) => step.dispose()),
      this.evaluations.dispose(),
      this.generator?.dispose(),
      this.interests.dispose(),
    ]);
  }

  private get options(): GenerativeOptions {
    return this.context.options;
  }

  private parameterSets(): Record<string, Parameters> {
    return { backbone: this.model.parameters, ...this.interests.parameterSets };
  }

  private extraSampler(): ExtraSampler | undefined {
    const { prefixes, items = [] } = this.data;
    const { options, seed } = this.context;
    return this.extraTask?.sampler({ form: this.model.form, items, prefixes, options, seed });
  }

  private extraBatch(index: number): Batch {
    const { form, network } = this.model;
    return makeExtraBatch(this.extra!.batch(index), form, network, this.extra!.longestTarget);
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
    const { learningRate, weightDecay, schedule, warmupSteps, warmupShare, epochs, clipNorm } = this.options;
    const total = epochs * this.stepsPerEpoch;
    const warmup = Math.max(warmupSteps, Math.round(warmupShare * total));
    const factor = rateFactor(step, schedule, warmup, total);
    return {
      ...ADAMW_DEFAULTS,
      learningRate: learningRate * factor,
      weightDecay,
      ...(clipNorm > 0 && { maxGradientNorm: clipNorm }),
    };
  }

  private alignmentWeight(task: PromptTask): number {
    return task === "direct" ? this.options.lambdaDirect : this.options.lambdaSequential;
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
        ...alignmentFeeds(0),
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
