// Validation of a generative system in training: losses of its tasks, and how it ranks.
import { compile, type Executable, ProgramCache, trace } from "../../engine/index.ts";
import type { Task } from "../recommender.ts";
import { type ValidationResult, validateByRanking } from "../training/ranking-validation.ts";
import { batchOf } from "./examples/training-batches.ts";
import type { PreparationContext } from "./examples/training-data.ts";
import type { ValidationPrompts } from "./examples/validation-prompts.ts";
import { Generator } from "./generator.ts";
import { alignmentFeeds } from "./network/inputs.ts";
import { objective } from "./network/network.ts";
import { type AskedTask, tasksOf, trainedTasksOf } from "./options/options.ts";
import type { BatchShape } from "./shapes.ts";
import type { GenerativeState } from "./state.ts";

/** It holds native memory: call `dispose()`. */
export class GenerativeValidation {
  private readonly prompts: ValidationPrompts;
  private readonly context: PreparationContext;
  private readonly programs = new ProgramCache(16);
  /** Kept between validations: it reads the state's current parameters, and its programs are worth keeping. */
  private generator: { readonly of: GenerativeState; readonly generator: Generator } | undefined;

  constructor(prompts: ValidationPrompts, context: PreparationContext) {
    this.prompts = prompts;
    this.context = context;
  }

  async of(state: GenerativeState): Promise<ValidationResult> {
    const result = await this.measure(state);
    // Who trains in micro-batches has no memory for programs that wait for the next validation.
    if (this.context.options.accumulate > 1) await this.programs.dispose();
    return result;
  }

  private async measure(state: GenerativeState): Promise<ValidationResult> {
    const { options, signal } = this.context;
    const tasks = tasksOf(options);
    const losses: Record<string, number> = {};
    for (const task of trainedTasksOf(options)) {
      if (this.prompts[task].length > 0) losses[`${task} loss`] = await this.loss(task, state);
    }
    if (options.selection === "loss") {
      const all = Object.values(losses);
      const mean = all.reduce((total, loss) => total + loss, 0) / all.length;
      return { score: -mean, figures: losses };
    }
    const generator = await this.generatorOf(state);
    const targets = this.prompts.sequential.map(({ target }) => target!);
    const answer = (task: Task) => generator.answer(this.prompts[task], 10, signal);
    const { score, figures } = await validateByRanking(tasks, targets, answer);
    return { score, figures: { ...losses, ...figures } };
  }

  async dispose(): Promise<void> {
    await Promise.all([this.programs.dispose(), this.generator?.generator.dispose()]);
  }

  private async generatorOf(state: GenerativeState): Promise<Generator> {
    if (this.generator?.of !== state) {
      await this.generator?.generator.dispose();
      this.generator = { of: state, generator: new Generator(state, this.context.compile) };
    }
    return this.generator.generator;
  }

  private async loss(task: AskedTask, state: GenerativeState): Promise<number> {
    const examples = this.prompts[task];
    const { batch, accumulate } = this.context.options;
    const size = Math.min(batch / accumulate, examples.length);
    let total = 0;
    // The last may be smaller, at the price of a second program: users left out would be the same ones every time.
    for (let at = 0; at < examples.length; at += size) {
      const batchExamples = examples.slice(at, at + size);
      const { shape, feeds } = batchOf(batchExamples, state);
      const program = await this.program(shape, state);
      const results = await program.run({ ...state.parameters.feeds(), ...feeds, ...alignmentFeeds(0) });
      total += (results.generation![0] as number) * batchExamples.length;
    }
    return total / Math.max(1, examples.length);
  }

  private program(shape: BatchShape, { network }: GenerativeState): Promise<Executable> {
    return this.programs.get(JSON.stringify(shape), () =>
      compile(
        trace((t) => ({ generation: objective(t, network, shape, false).outputs!.generation! })),
        this.context.compile,
      ),
    );
  }
}
