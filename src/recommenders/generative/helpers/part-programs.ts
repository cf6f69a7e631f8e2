// Programs of a batch's parts, by their sizes: the training and its helpers compile the same.
import { type CompileOptions, compileGradients, type GradientProgram, ProgramCache } from "../../../engine/index.ts";
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

/** About what a training program keeps of a batch until its gradients are known. */
function activationBytes({ batch, length }: BatchShape, { t5 }: NetworkShape): number {
  const perPosition = t5.encoderLayers * (34 * t5.width + 6 * t5.heads * length);
  return 4 * batch * length * perPosition;
}
