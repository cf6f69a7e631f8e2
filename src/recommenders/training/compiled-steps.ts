// Training steps of one model: one program for each extents of a batch, compiled when it first comes.
import type { Random } from "../../base/random.ts";
import {
  type Feeds,
  type OptimiserOptions,
  ProgramCache,
  type TensorData,
  type TrainStep,
} from "../../engine/index.ts";
import { keepMasks } from "../../training/keep-masks.ts";

/** A program keeps the memory of its step: what those that wait may hold together. */
export interface StepRoom<Extents> {
  readonly bytes: number;
  bytesOf(extents: Extents): number;
}

/** It holds native memory: call `dispose()`. */
export class CompiledSteps<Extents extends object> {
  private readonly compile: (extents: Extents) => Promise<TrainStep>;
  private readonly room: StepRoom<Extents> | undefined;
  private readonly steps: ProgramCache<TrainStep>;
  private readonly masks = new Map<string, Uint8Array>();

  /** @param room Beyond it the programs that were not used for longest go. Default: all are kept. */
  constructor(compile: (extents: Extents) => Promise<TrainStep>, room?: StepRoom<Extents>) {
    this.compile = compile;
    this.room = room;
    this.steps = new ProgramCache(room?.bytes ?? Number.POSITIVE_INFINITY);
  }

  /** One step on a batch; `random` draws what dropout keeps. */
  async run(
    extents: Extents,
    feeds: Feeds,
    random: Random,
    optimiser: OptimiserOptions,
  ): Promise<Record<string, TensorData>> {
    const size = this.room?.bytesOf(extents);
    const step = await this.steps.get(JSON.stringify(extents), () => this.compile(extents), size);
    return step.run({ ...feeds, ...keepMasks(step.executable.program, random, this.masks) }, optimiser);
  }

  async dispose(): Promise<void> {
    await this.steps.dispose();
  }
}
