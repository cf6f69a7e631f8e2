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
  type TrainStep,
  trace,
} from "../../engine/index.ts";
import { readSafetensors, writeSafetensors } from "../../engine/safetensors.ts";
import { metricValue } from "../../evaluation/index.ts";
import { keepMasks } from "../../training/keep-masks.ts";
import type { Trainable } from "../../training/loop.ts";
import { loadOptimiser, saveOptimiser } from "../../training/optimiser-files.ts";
import type { RankedList, Task } from "../recommender.ts";
import {
  type IdModel,
  type IdModelSpec,
  type QueryContext,
  TASKS,
  type TrainingBatch,
  type TrainingData,
} from "./id-model.ts";
import { saveIdModel } from "./model-files.ts";
import type { IdOptions } from "./options.ts";
import { type Question, Scorer } from "./scorer.ts";
import type { Vectors } from "./vectors.ts";

/** Validation questions with their answers; `sequential` and `direct` ask the same users. */
export interface ValidationSet {
  readonly targets: Int32Array;
  readonly questions: Readonly<Record<Task, readonly Question[]>>;
}

export interface TrainerContext<O> {
  readonly options: O;
  readonly data: TrainingData;
  readonly validation: ValidationSet;
  readonly compile: CompileOptions;
}

type EpochFeeds = Readonly<Record<string, Float32Array | Int32Array>>;

export class IdTrainer<O extends IdOptions> implements Trainable {
  readonly stepsPerEpoch: number;
  readonly parameters: Parameters;
  private readonly spec: IdModelSpec<O>;
  private readonly context: TrainerContext<O>;
  private readonly model: IdModel;
  private readonly scorer: Scorer<O>;
  private readonly steps = new Map<string, Promise<TrainStep>>();
  private readonly tables = new ProgramCache(1);
  private readonly masks = new Map<string, Uint8Array>();
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
    this.scorer = new Scorer(this.queryContext(), spec.query, context.compile);
  }

  async step(step: number, epoch: number): Promise<Record<string, number>> {
    const { seed } = this.context.data;
    if (step % this.stepsPerEpoch === 0) {
      this.epochFeeds = (await this.model.epochFeeds?.(this.parameters, epoch)) ?? {};
    }
    const batch = this.model.batches.at(step);
    const train = await this.trainStep(batch);
    const results = await train.run(
      {
        ...batch.feeds,
        ...this.epochFeeds,
        ...this.model.stepFeeds?.(batch, Random.of(seed, `step/${step}`)),
        ...keepMasks(train.executable.program, Random.of(seed, `dropout/${step}`), this.masks),
      },
      this.optimiser(),
    );
    return Object.fromEntries(Object.entries(results).map(([name, [value]]) => [name, value as number]));
  }

  /** Every step is complete in itself. */
  async settle(): Promise<void> {}

  async validate(): Promise<{ score: number; figures: Record<string, number> }> {
    const { selection } = this.context.options;
    const asked = selection === "both" ? TASKS : [selection];
    const vectors = await this.vectors();
    const figures: Record<string, number> = {};
    let score = 0;
    for (const task of asked) {
      const { ndcg, hitRate } = await this.rankingQuality(vectors, task);
      figures[`${task} NDCG@10`] = ndcg;
      figures[`${task} HR@10`] = hitRate;
      score += ndcg / asked.length;
    }
    return { score, figures };
  }

  async saveModel(directory: string): Promise<void> {
    const { options, data } = this.context;
    const { nUsers, nItems, facts } = data;
    const shapes = Object.fromEntries(this.parameters.all.map(({ name, shape }) => [name, shape]));
    const vectors = await this.vectors();
    await saveIdModel(directory, this.spec.name, { options, nUsers, nItems, facts, vectors }, shapes);
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
    const parameters = this.spec.query === undefined ? {} : this.parameters.feeds();
    return { width: items!.length / nItems, items: items!, users, bias, parameters };
  }

  async dispose(): Promise<void> {
    const compiled = await Promise.all(this.steps.values());
    await Promise.all([...compiled.map((step) => step.dispose()), this.tables.dispose(), this.scorer.dispose()]);
  }

  private queryContext(): QueryContext<O> {
    const { options, data } = this.context;
    return { options, nUsers: data.nUsers, nItems: data.nItems, facts: data.facts, isTraining: false };
  }

  private compileTables(): Promise<Executable> {
    const program = trace((t) => {
      const { items, users, bias } = this.model.tables(t);
      // Parameters may be called "items" too: names of outputs are their own.
      return {
        "ranked items": items,
        ...(users === undefined ? {} : { "ranked users": users }),
        ...(bias === undefined ? {} : { "ranked bias": bias }),
      };
    });
    return compile(program, this.context.compile);
  }

  private trainStep({ shape }: TrainingBatch): Promise<TrainStep> {
    const key = JSON.stringify(shape);
    let known = this.steps.get(key);
    if (known === undefined) {
      known = compileTrainStep(
        (t) => this.model.objective(t, shape),
        this.parameters,
        this.optimiser(),
        this.context.compile,
      );
      this.steps.set(key, known);
    }
    return known;
  }

  private optimiser(): AdamWOptions {
    const { learningRate, weightDecay } = this.context.options;
    return { ...ADAMW_DEFAULTS, learningRate, weightDecay };
  }

  private async rankingQuality(vectors: Vectors, task: Task): Promise<{ ndcg: number; hitRate: number }> {
    const { questions, targets } = this.context.validation;
    const lists = await this.scorer.rank(vectors, questions[task], 10);
    const ranks = lists.map((list, i) => rankOf(list, targets[i]!));
    const meanOf = (metric: "NDCG@10" | "HR@10") =>
      ranks.reduce((total, rank) => total + metricValue(metric, rank, 1), 0) / Math.max(1, ranks.length);
    return { ndcg: meanOf("NDCG@10"), hitRate: meanOf("HR@10") };
  }
}

/** 1-based, 0 = absent. */
function rankOf({ items }: RankedList, target: number): number {
  return items.indexOf(target) + 1;
}
