// The training of all generative systems (ISRF's Algorithm 1): batches alternate between the sequential and the direct
// task, an extra task's between them, and share the backbone; interests are propagated and updated every few steps;
// validation chooses the checkpoint.
import { join } from "node:path";
import type { WordTokenizer } from "../../backbone/tokenizer.ts";
import { availableBytes } from "../../base/available-memory.ts";
import { Random } from "../../base/random.ts";
import {
  ADAMW_DEFAULTS,
  type AdamWOptions,
  compileTrainStep,
  type Parameters,
  type TensorData,
} from "../../engine/index.ts";
import type { Trainable } from "../../training/loop.ts";
import { loadOptimiser, saveOptimiser } from "../../training/optimiser-files.ts";
import { saveParameters } from "../../training/parameter-files.ts";
import { rateFactor } from "../../training/schedule.ts";
import { CompiledSteps, type StepRoom } from "../training/compiled-steps.ts";
import type { ValidationResult } from "../training/ranking-validation.ts";
import { AccumulatedSteps } from "./accumulated-steps.ts";
import type { ExtraTask } from "./examples/extra-task.ts";
import { readTaskOrder, writeTaskOrder } from "./examples/task-order-file.ts";
import { type StepBatch, TrainingBatches } from "./examples/training-batches.ts";
import type { PreparationContext, TrainingData } from "./examples/training-data.ts";
import type { ValidationPrompts } from "./examples/validation-prompts.ts";
import { carryNetwork } from "./from-run/network.ts";
import { fitItemHead } from "./heads/head-start.ts";
import { loadModel, saveModel } from "./model-files.ts";
import { activationBytes } from "./network/activation-bytes.ts";
import { alignmentFeeds } from "./network/inputs.ts";
import { objective } from "./network/network.ts";
import { namesByGraph, type PromptTask } from "./options/options.ts";
import type { BatchShape } from "./shapes.ts";
import { assembleState, freshValues, type GenerativeState } from "./state.ts";
import { startCodes } from "./tables/code-start.ts";
import { freshParts, type Prepared } from "./tables/preparation.ts";
import { TrainedInterests } from "./tables/trained-interests.ts";
import { GenerativeValidation } from "./validation.ts";

/** What a training begins with. */
export interface TrainingStart {
  readonly data: TrainingData;
  /** The trainer owns it. */
  readonly prepared: Prepared;
  readonly context: PreparationContext;
  readonly validation: ValidationPrompts;
  readonly tokenizer: WordTokenizer;
  readonly extraTask?: ExtraTask | undefined;
  /** Words of the extra task. */
  readonly words?: readonly string[];
  /** The caller restores a checkpoint: no head start is run. */
  readonly isResuming?: boolean;
  /** Values of a backbone's checkpoint. */
  readonly loaded?: ReadonlyMap<string, Float32Array> | undefined;
}

export class GenerativeTrainer implements Trainable {
  private readonly context: PreparationContext;
  private readonly batches: TrainingBatches;
  private readonly interests: TrainedInterests;
  private readonly validation: GenerativeValidation;
  private readonly steps: CompiledSteps<BatchShape>;
  /** Takes the place of `steps` where a batch is computed in parts. */
  private readonly accumulated: AccumulatedSteps | undefined;
  private model: GenerativeState;

  private constructor({ data, prepared, context, validation, extraTask }: TrainingStart, model: GenerativeState) {
    this.context = context;
    this.interests = new TrainedInterests(prepared, context.options);
    this.model = { ...model, interests: this.interests.tables };
    this.batches = new TrainingBatches(data, context, extraTask, model);
    this.validation = new GenerativeValidation(validation, context);
    this.steps = new CompiledSteps(
      (shape) =>
        compileTrainStep(
          (t) => objective(t, this.model.network, shape, true),
          this.model.parameters,
          this.optimiser(0),
          context.compile,
        ),
      this.stepRoom(),
    );
    const { accumulate } = context.options;
    this.accumulated =
      accumulate === 1 ? undefined : new AccumulatedSteps(context.compile, context.signal, context.crew);
  }

  /** A trainer with a fresh model. It must be disposed of. */
  static async create(start: TrainingStart): Promise<GenerativeTrainer> {
    const { data, prepared, context, tokenizer, words = [], loaded, isResuming = false } = start;
    const parts = await freshParts(data, tokenizer, words, context, prepared);
    const state = assembleState(parts, freshValues(Random.of(context.seed, "backbone"), loaded));
    if (context.before !== undefined) {
      const { compile, signal } = context;
      await carryNetwork(state, context.before, data, { threads: compile.threads, signal });
    } else if (!isResuming) {
      startCodes(state.parameters, state.codes, context);
      await fitItemHead(state.parameters, data, context);
    }
    return new GenerativeTrainer(start, state);
  }

  get state(): GenerativeState {
    return this.model;
  }

  get stepsPerEpoch(): number {
    return this.batches.perEpoch;
  }

  async step(step: number): Promise<Record<string, number>> {
    const taken = this.batches.at(step, this.model);
    const { task, examples, batch } = taken;
    const results = await this.update(step, taken);
    this.interests.collect(results, examples, batch.shape, this.model);
    await this.interests.afterStep(step);
    return Object.fromEntries(
      ["generation", "alignment", "head"].flatMap((name) => {
        const value = results[name]?.[0] as number | undefined;
        return value === undefined ? [] : [[`${task} ${name}`, value]];
      }),
    );
  }

  /** One update of the backbone; figures, and gradients of the interests that the batch read. */
  private update(step: number, taken: StepBatch): Promise<Record<string, TensorData>> {
    const weight = this.alignmentWeight(taken.task);
    const draws = Random.of(this.context.seed, `dropout/${step}`);
    const optimiser = this.optimiser(step);
    if (this.accumulated !== undefined) return this.accumulated.run(taken, weight, this.model, draws, optimiser);
    const { shape, feeds } = taken.batch;
    return this.steps.run(shape, { ...feeds, ...alignmentFeeds(weight) }, draws, optimiser);
  }

  async settle(): Promise<void> {
    await this.interests.settle();
  }

  validate(): Promise<ValidationResult> {
    return this.validation.of(this.model);
  }

  async saveModel(directory: string): Promise<void> {
    await saveModel(directory, this.model);
    await saveParameters(directory, this.interests.parameterSets, this.interests.constants);
  }

  async saveForResume(directory: string): Promise<void> {
    await saveModel(directory, this.model);
    await saveOptimiser(join(directory, "optimiser.safetensors"), this.parameterSets());
    await this.interests.saveForResume(directory);
    await writeTaskOrder(directory, this.batches.taskOrder);
  }

  async restore(directory: string): Promise<void> {
    this.batches.taskOrder = await readTaskOrder(directory);
    const saved = await loadModel(directory);
    await loadOptimiser(join(directory, "optimiser.safetensors"), {
      ...this.parameterSets(),
      backbone: saved.parameters,
    });
    await this.interests.restore(directory);
    this.model = { ...saved, interests: this.interests.tables };
  }

  async dispose(): Promise<void> {
    await Promise.all([
      this.steps.dispose(),
      this.accumulated?.dispose(),
      this.validation.dispose(),
      this.interests.dispose(),
    ]);
  }

  private parameterSets(): Record<string, Parameters> {
    return { backbone: this.model.parameters, ...this.interests.parameterSets };
  }

  /** Half of the memory; an accelerator's is its own, and how much it has is not known here. */
  private stepRoom(): StepRoom<BatchShape> | undefined {
    const { device = "cpu" } = this.context.compile;
    if (device !== "cpu") return undefined;
    return { bytes: availableBytes() / 2, bytesOf: (shape) => activationBytes(shape, this.model.network) };
  }

  private optimiser(step: number): AdamWOptions {
    const { learningRate, weightDecay, schedule, warmupSteps, warmupShare, epochs, clipNorm } = this.context.options;
    const total = epochs * this.stepsPerEpoch;
    const warmup = Math.max(warmupSteps, Math.round(warmupShare * total));
    const factor = rateFactor(step, schedule, warmup, total);
    const maxGradientNorm = clipNorm > 0 ? clipNorm : undefined;
    return { ...ADAMW_DEFAULTS, learningRate: learningRate * factor, weightDecay, maxGradientNorm };
  }

  private alignmentWeight(task: PromptTask): number {
    const { lambdaDirect, lambdaSequential } = this.context.options;
    return namesByGraph(task) ? lambdaDirect : lambdaSequential;
  }
}
