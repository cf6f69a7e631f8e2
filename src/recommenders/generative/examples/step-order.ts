// Which batch a training step takes: the tasks spread over an epoch in proportion to their batches, and after each a
// batch of the extra task, if there is one.
import type { AskedTask, PromptTask } from "../options/options.ts";

/** Tasks spread over an epoch, or one batch of each in turn, whatever their numbers, as older versions had it. */
export type TaskOrder = "spread" | "turns";

export interface TaskBatches {
  readonly task: AskedTask;
  /** Batches of the task in an epoch. */
  readonly perEpoch: number;
}

export class StepOrder {
  readonly kind: TaskOrder;
  private readonly tasks: readonly TaskBatches[];
  /** Of each turn until the order begins again: the number of its task, and of the batch among that task's. */
  private readonly turns: { readonly tasks: Uint8Array; readonly batches: Int32Array };
  /** Steps for each batch of an asked task. */
  readonly stride: number;

  constructor(tasks: readonly TaskBatches[], hasExtra: boolean, kind: TaskOrder = "spread") {
    this.kind = kind;
    this.tasks = kind === "spread" ? tasks : tasks.map(({ task }) => ({ task, perEpoch: 1 }));
    this.turns = spread(this.tasks.map(({ perEpoch }) => perEpoch));
    this.stride = hasExtra ? 2 : 1;
  }

  /** Task of step `step` (from 0, over all epochs), and the number of the batch among that task's. */
  at(step: number): { readonly task: PromptTask; readonly index: number } {
    const turn = Math.floor(step / this.stride);
    if (step % this.stride === 1) return { task: "extra", index: turn };
    const { tasks, batches } = this.turns;
    const [round, place] = [Math.floor(turn / tasks.length), turn % tasks.length];
    const { task, perEpoch } = this.tasks[tasks[place]!]!;
    return { task, index: round * perEpoch + batches[place]! };
  }
}

/**
 * Numbers of tasks such that each has had its share at every turn, to less than one batch: the one that is furthest
 * behind comes next, the first of those that are equally so. Equal counts come in turn. A task comes again at once only
 * where the batches of the others are too few to stand between.
 */
function spread(counts: readonly number[]): { readonly tasks: Uint8Array; readonly batches: Int32Array } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [tasks, batches] = [new Uint8Array(total), new Int32Array(total)];
  const done = counts.map(() => 0);
  const longestRun = counts.map((count) => Math.ceil(count / (total - count)));
  let [last, run] = [-1, 0];
  for (let turn = 0; turn < total; turn++) {
    const behind = (task: number) => (turn + 1) * counts[task]! - total * done[task]!;
    const unfinished = [...counts.keys()].filter((task) => done[task]! < counts[task]!);
    const rested = unfinished.filter((task) => task !== last || run < longestRun[task]!);
    const next = (rested.length > 0 ? rested : unfinished).reduce((a, b) => (behind(b) > behind(a) ? b : a));
    run = next === last ? run + 1 : 1;
    last = next;
    tasks[turn] = next;
    batches[turn] = done[next]!++;
  }
  return { tasks, batches };
}
