// Which batch a training step takes: the tasks in turn, and after each a batch of the extra task, if there is one.
import type { AskedTask, PromptTask } from "../options/options.ts";

export class StepOrder {
  private readonly tasks: readonly AskedTask[];
  /** Steps for each batch of an asked task. */
  readonly stride: number;

  constructor(tasks: readonly AskedTask[], hasExtra: boolean) {
    this.tasks = tasks;
    this.stride = hasExtra ? 2 : 1;
  }

  /** Task of step `step` (from 0), and the number of the batch among that task's. */
  at(step: number): { readonly task: PromptTask; readonly index: number } {
    const turn = Math.floor(step / this.stride);
    if (step % this.stride === 1) return { task: "extra", index: turn };
    return { task: this.tasks[turn % this.tasks.length]!, index: Math.floor(turn / this.tasks.length) };
  }
}
