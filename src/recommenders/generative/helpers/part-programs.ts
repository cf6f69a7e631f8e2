// Programs of a batch's parts, by their sizes: the training and its helpers compile the same.
import { type CompileOptions, compileGradients, type GradientProgram, ProgramCache } from "../../../engine/index.ts";
import { activationBytes } from "../network/activation-bytes.ts";
import { partObjective } from "../network/network.ts";
import type { BatchShape, NetworkShape } from "../shapes.ts";

/** Bytes of activations that programs of several lengths may keep between updates. */
const KEPT_BYTES = 2 * 2 ** 30;

/** It holds native memory: call `dispose()`. */
export class PartPrograms {
  private readonly programs = new ProgramCache<GradientProgram>(KEPT_BYTES);

  constructor(private readonly compile: CompileOptions) {}

  /** The program of one of `count` parts. */
  of(shape: BatchShape, count: number, network: NetworkShape): Promise<GradientProgram> {
    const make = () => compileGradients((t) => partObjective(t, network, shape, count), this.compile);
    return this.programs.get(JSON.stringify([shape, count]), make, activationBytes(shape, network));
  }

  async dispose(): Promise<void> {
    await this.programs.dispose();
  }
}
