// Training of every id model: steps of its own objective, validation by ranking, checkpoints. What is particular to a
// model stands in its own file.
import { join } from "node:path";
import { exists } from "../../base/files.ts";
import { Random } from "../../base/random.ts";
import {
  ADAMW_DEFAULTS,
  type AdamWOptions,
  type CompileOptions,
  compile,
  compileTrainStep,
  type Executable,
  listed,
  Parameters,
  ProgramCache,
  type Tensor,
  trace,
} from "../../engine/index.ts";
import { readSafetensors, writeSafetensors } from "../../engine/safetensors.ts";
import type { Trainable } from "../../training/loop.ts";
import { loadOptimiser, saveOptimiser } from "../../training/optimiser-files.ts";
import { saveParameters } from "../../training/parameter-files.ts";
import type { Task } from "../recommender.ts";
import { CompiledSteps } from "../training/compiled-steps.ts";
import { type ValidationQuestion, type ValidationResult, validateByRanking } from "../training/ranking-validation.ts";
import {
  type BatchExtents,
  type IdModel,
  type IdModelSpec,
  type IdTrainingData,
  type QueryContext,
  TASKS,
} from "./id-model.ts";
import { saveIdModel } from "./model-files.ts";
import type { IdOptions } from "./options.ts";
import { Scorer } from "./scorer.ts";
import type { Vectors } from "./vectors.ts";

export interface TrainerContext<O> {
  readonly options: O;
  readonly data: IdTrainingData;
  readonly validation: readonly ValidationQuestion[];
  readonly compile: CompileOptions;
  /** Puts values of a run that is started from in place of fresh ones. */
  readonly carry?: ((fresh: Parameters) => void) | undefined;
}

type EpochFeeds = Readonly<Record<string, Float32Array | Int32Array>>;

export class IdTrainer<O extends IdOptions> implements Trainable {
  readonly stepsPerEpoch: number;
  readonly parameters: Parameters;
  private readonly spec: IdModelSpec<O>;
  private readonly context: TrainerContext<O>;
  private readonly model: IdModel;
  private readonly scorer: Scorer<O>;
  private readonly steps: CompiledSteps<BatchExtents>;
  private readonly tables = new ProgramCache(1);
  private epochFeeds: EpochFeeds = {};

  /** A fresh model. It holds native memory: call `dispose()`. */
  constructor(spec: IdModelSpec<O>, context: TrainerContext<O>) {
    this.spec = spec;
    this.context = context;
    this.model = spec.create(context.options, context.data);
    this.stepsPerEpoch = this.model.batches.perEpoch;
    const { seed } = context.data;
    this.parameters = Parameters.of(listed(this.model.tensors), ({ name, shape, init }) =>
      init(shape, Random.of(seed, `start of ${name}`)),
    );
    context.carry?.(this.parameters);
    this.steps = new CompiledSteps((shape) =>
      compileTrainStep((t) => this.model.objective(t, shape), this.parameters, this.optimiser(), context.compile),
    );
    this.scorer = new Scorer(this.queryContext(), spec.query, context.compile);
  }

  async step(step: number, epoch: number): Promise<Record<string, number>> {
    const { seed } = this.context.data;
    if (step % this.stepsPerEpoch === 0) {
      this.epochFeeds = (await this.model.epochFeeds?.(this.parameters, epoch, this.context.compile)) ?? {};
    }
    const batch = this.model.batches.at(step);
    const feeds = {
      ...batch.feeds,
      ...this.epochFeeds,
      ...this.model.stepFeeds?.(batch, Random.of(seed, `step/${step}`)),
    };
    const draws = Random.of(seed, `dropout/${step}`);
    const results = await this.steps.run(batch.shape, feeds, draws, this.optimiser());
    return Object.fromEntries(Object.entries(results).map(([name, [value]]) => [name, value as number]));
  }

  /** Every step is complete in itself. */
  async settle(): Promise<void> {}

  async validate(): Promise<ValidationResult> {
    const { options, validation } = this.context;
    const asked = options.selection === "both" ? TASKS : [options.selection];
    const vectors = await this.vectors();
    const targets = validation.map(({ target }) => target);
    const withoutCandidates = validation.map(({ userIndex, history }) => ({ userIndex, history }));
    const answer = (task: Task) => this.scorer.rank(vectors, task === "direct" ? validation : withoutCandidates, 10);
    return validateByRanking(asked, targets, answer);
  }

  async saveModel(directory: string): Promise<void> {
    const { options, data } = this.context;
    const { nUsers, nItems, facts } = data;
    const shapes = Object.fromEntries(this.parameters.all.map(({ name, shape }) => [name, shape]));
    const vectors = await this.vectors();
    await saveIdModel(directory, this.spec.name, { options, nUsers, nItems, facts, vectors }, shapes);
    await saveParameters(directory, { model: this.parameters });
  }

  async saveForResume(directory: string): Promise<void> {
    await saveOptimiser(join(directory, "optimiser.safetensors"), { model: this.parameters });
    const entries = Object.entries(this.epochFeeds);
    if (entries.length === 0) return;
    await writeSafetensors(
      join(directory, "epoch.safetensors"),
      Object.fromEntries(entries.map(([name, data]) => [name, { shape: [data.length], data }])),
    );
  }

  async restore(directory: string): Promise<void> {
    await loadOptimiser(join(directory, "optimiser.safetensors"), { model: this.parameters });
    const path = join(directory, "epoch.safetensors");
    if (!(await exists(path))) return;
    const { tensors } = await readSafetensors(path);
    this.epochFeeds = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data as Float32Array]));
  }

  /** What the current parameters rank by. */
  async vectors(): Promise<Vectors> {
    const program = await this.tables.get("tables", () => this.compileTables());
    const results = (await program.run(this.parameters.feeds())) as Record<string, Float32Array>;
    const { "ranked items": items, "ranked users": users, "ranked bias": bias } = results;
    const { nItems } = this.context.data;
    const parameters = this.spec.query === undefined ? {} : this.queryParameters();
    return { width: items!.length / nItems, items: items!, users, bias, parameters };
  }

  async dispose(): Promise<void> {
    await Promise.all([this.steps.dispose(), this.tables.dispose(), this.scorer.dispose()]);
  }

  private queryParameters(): Readonly<Record<string, Float32Array>> {
    const left = new Set(this.model.trainingOnly);
    return Object.fromEntries(
      this.parameters.all.filter(({ name }) => !left.has(name)).map(({ name, front }) => [name, front.value]),
    );
  }

  private queryContext(): QueryContext<O> {
    const { options, data } = this.context;
    return { options, nUsers: data.nUsers, nItems: data.nItems, facts: data.facts, isTraining: false };
  }

  private compileTables(): Promise<Executable> {
    const program = trace((t) => {
      const { items, users, bias } = this.model.tables(t);
      // Parameters may be called "items" too: names of outputs are their own.
      const ranked: Record<string, Tensor> = { "ranked items": items };
      if (users !== undefined) ranked["ranked users"] = users;
      if (bias !== undefined) ranked["ranked bias"] = bias;
      return ranked;
    });
    return compile(program, this.context.compile);
  }

  private optimiser(): AdamWOptions {
    const { learningRate, weightDecay } = this.context.options;
    return { ...ADAMW_DEFAULTS, learningRate, weightDecay };
  }
}
