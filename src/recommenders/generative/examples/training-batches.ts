// The batches that a generative system trains on, as a function of the step alone: those of its tasks in the order of
// `step-order.ts`, an extra task's between them.
import { interestRows } from "../generator.ts";
import { type AskedTask, type PromptTask, trainedTasksOf } from "../options/options.ts";
import type { Example } from "../shapes.ts";
import type { GenerativeState } from "../state.ts";
import { type Batch, makeBatch, makeExtraBatch } from "./batches.ts";
import { ExplanationSampler } from "./explanation-sampler.ts";
import type { ExtraExample, ExtraSampler, ExtraTask } from "./extra-task.ts";
import { Sampler } from "./sampler.ts";
import { StepOrder, type TaskBatches, type TaskOrder } from "./step-order.ts";
import type { PreparationContext, TrainingData } from "./training-data.ts";

export interface StepBatch {
  readonly task: PromptTask;
  /** None of an extra task. */
  readonly examples: readonly Example[];
  readonly batch: Batch;
  /** The same examples in `accumulate` batches of one shape; the batch itself where that is 1. */
  readonly parts: readonly Batch[];
}

export class TrainingBatches {
  /** Steps of an epoch. */
  readonly perEpoch: number;
  private readonly data: TrainingData;
  private readonly context: PreparationContext;
  private readonly extraTask: ExtraTask | undefined;
  private readonly sampler: Sampler;
  private readonly explanations: ExplanationSampler | undefined;
  private readonly tasks: readonly TaskBatches[];
  private order: StepOrder;
  private extra: { readonly of: GenerativeState; readonly sampler: ExtraSampler } | undefined;

  constructor(
    data: TrainingData,
    context: PreparationContext,
    extraTask: ExtraTask | undefined,
    { form }: GenerativeState,
  ) {
    const { options, seed } = context;
    this.data = data;
    this.context = context;
    this.extraTask = extraTask;
    this.sampler = new Sampler(data.prefixes, data.nItems, form, options, seed, data.spared);
    const { explanations } = data;
    this.explanations = explanations && new ExplanationSampler(explanations, form, options, seed);
    this.tasks = trainedTasksOf(options).map((task) => ({ task, perEpoch: this.batchesPerEpoch(task) }));
    this.order = new StepOrder(this.tasks, extraTask !== undefined);
    this.perEpoch = this.order.stride * this.tasks.reduce((total, { perEpoch }) => total + perEpoch, 0);
  }

  get taskOrder(): TaskOrder {
    return this.order.kind;
  }

  /** Of a training that goes on, which must not change its order. */
  set taskOrder(kind: TaskOrder) {
    this.order = new StepOrder(this.tasks, this.extraTask !== undefined, kind);
  }

  /** Batch of step `step`, in the words of `state` and with its interests. */
  at(step: number, state: GenerativeState): StepBatch {
    const { task, index } = this.order.at(step);
    if (task === "extra") {
      const extra = this.extraOf(state);
      const { longestTarget } = extra;
      const make = (some: readonly ExtraExample[], leastLength?: number) =>
        makeExtraBatch(some, state.form, state.network, longestTarget, leastLength);
      return { task, examples: [], ...this.inParts(extra.batch(index), make) };
    }
    const examples = this.examples(task, index);
    const slots = itemSlots(examples, state);
    const make = (some: readonly Example[], leastLength?: number) =>
      makeBatch(some, state.form, state.network, interestRows(state), slots, undefined, leastLength);
    return { task, examples, ...this.inParts(examples, make) };
  }

  /** The batch of all examples, and those of its parts, whose prompts are padded alike. */
  private inParts<E>(
    examples: readonly E[],
    make: (some: readonly E[], leastLength?: number) => Batch,
  ): Pick<StepBatch, "batch" | "parts"> {
    const { accumulate } = this.context.options;
    const batch = make(examples);
    if (accumulate === 1) return { batch, parts: [batch] };
    const size = examples.length / accumulate;
    const some = (part: number) => examples.slice(part * size, (part + 1) * size);
    return { batch, parts: Array.from({ length: accumulate }, (_, part) => make(some(part), batch.shape.length)) };
  }

  private examples(task: AskedTask, index: number): readonly Example[] {
    return task === "explanation" ? this.explanations!.batch(index) : this.sampler.batch(task, index);
  }

  private batchesPerEpoch(task: AskedTask): number {
    return task === "explanation" ? this.explanations!.batchesPerEpoch : this.sampler.batchesPerEpoch(task);
  }

  /** A restored state has other codes than the fresh one. */
  private extraOf(state: GenerativeState): ExtraSampler {
    if (this.extra?.of !== state) {
      const { prefixes, items = [] } = this.data;
      const { options, seed } = this.context;
      this.extra = {
        of: state,
        sampler: this.extraTask!.sampler({ form: state.form, items, prefixes, options, seed }),
      };
    }
    return this.extra.sampler;
  }
}

/** Examples of one task as a batch whose item slots are few in number, so that few programs serve all. */
export function batchOf(examples: readonly Example[], state: GenerativeState): Batch {
  return makeBatch(examples, state.form, state.network, interestRows(state), itemSlots(examples, state));
}

function itemSlots(examples: readonly Example[], { network: { options, nItems } }: GenerativeState): number {
  const longest = Math.max(...examples.map(({ items }) => items.length));
  const { task } = examples[0]!;
  if (task === "explanation") return 1;
  if (task === "sequential") return historySlots(longest, options.maxHistory);
  return Math.max(1 + Math.min(options.trainNegatives, nItems - 1), longest);
}

function historySlots(longest: number, maxHistory: number): number {
  const sizes = [2, 4, 8, 12, maxHistory];
  return Math.min(maxHistory, sizes.find((size) => size >= longest) ?? maxHistory);
}
