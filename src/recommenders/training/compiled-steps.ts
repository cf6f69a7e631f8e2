// Training steps of one model: one program for each extents of a batch, compiled when it first comes.
import type { Random } from "../../base/random.ts";
import type { Feeds, OptimiserOptions, TensorData, TrainStep } from "../../engine/index.ts";
import { keepMasks } from "../../training/keep-masks.ts";

/** It holds native memory: call `dispose()`. */
export class CompiledSteps<Extents extends object> {
  private readonly compile: (extents: Extents) => Promise<TrainStep>;
  private readonly steps = new Map<string, Promise<TrainStep>>();
  private readonly masks = new Map<string, Uint8Array>();

  constructor(compile: (extents: Extents) => Promise<TrainStep>) {
    this.compile = compile;
  }

  /** One step on a batch; `random` draws what dropout keeps. */
  async run(
    extents: Extents,
    feeds: Feeds,
    random: Random,
    optimiser: OptimiserOptions,
  ): Promise<Record<string, TensorData>> {
    const step = await this.stepFor(extents);
    return step.run({ ...feeds, ...keepMasks(step.executable.program, random, this.masks) }, optimiser);
  }

  async dispose(): Promise<void> {
    const compiled = await Promise.all(this.steps.values());
    await Promise.all(compiled.map((step) => step.dispose()));
  }

  private stepFor(extents: Extents): Promise<TrainStep> {
    const key = JSON.stringify(extents);
    const known = this.steps.get(key) ?? this.compile(extents);
    this.steps.set(key, known);
    return known;
  }
}
