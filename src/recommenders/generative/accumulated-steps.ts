// Updates from batches in parts (option `accumulate`). What is a mean over examples - the answers' loss, the head's -
// is computed part by part, its gradients summed; the alignment losses compare each user with all others of the batch,
// read whole words alone, and are one program over the whole batch. The sum is the gradient of the whole batch but for
// the order of additions; dropout draws anew for each part. Nothing changes until all parts are in: who is stopped or
// killed between them has the parameters of the update before.
import { stopIf } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import {
  type CompileOptions,
  compileGradients,
  type Feeds,
  type GradientProgram,
  GradientSum,
  type OptimiserOptions,
  type Parameters,
  ProgramCache,
  type TensorData,
  Trace,
} from "../../engine/index.ts";
import { keepMasks } from "../../training/keep-masks.ts";
import type { StepBatch } from "./examples/training-batches.ts";
import { alignmentFeeds } from "./network/inputs.ts";
import { alignmentObjective, partObjective } from "./network/network.ts";
import type { BatchShape, NetworkShape } from "./shapes.ts";
import type { GenerativeState } from "./state.ts";

type Results = Record<string, TensorData>;

/** Bytes of activations that programs of several lengths may keep between updates. */
const KEPT_BYTES = 2 * 2 ** 30;

/** It holds native memory: call `dispose()`. */
export class AccumulatedSteps {
  private readonly compile: CompileOptions;
  private readonly signal: AbortSignal | undefined;
  private readonly parts = new ProgramCache<GradientProgram>(KEPT_BYTES);
  private readonly alignments = new ProgramCache<GradientProgram>();
  private readonly masks = new Map<string, Uint8Array>();
  private sum: { readonly of: Parameters; readonly gradients: GradientSum } | undefined;

  constructor(compile: CompileOptions, signal?: AbortSignal) {
    this.compile = compile;
    this.signal = signal;
  }

  /**
   * One update; results are those of one program over the whole batch. `random` draws what dropout keeps.
   * @throws CancelledError between two parts, before anything has changed.
   */
  async run(
    { batch, parts }: Pick<StepBatch, "batch" | "parts">,
    alignmentWeight: number,
    { network, parameters }: Pick<GenerativeState, "network" | "parameters">,
    random: Random,
    optimiser: OptimiserOptions,
  ): Promise<Results> {
    const sum = this.sumOf(parameters);
    sum.begin();
    const program = await this.partProgram(parts[0]!.shape, parts.length, network);
    const found: Results[] = [];
    for (const { feeds } of parts) {
      stopIf(this.signal, "training was interrupted within an update");
      found.push(await sum.add(program, { ...feeds, ...keepMasks(program.executable.program, random, this.masks) }));
    }
    const feeds: Feeds = { ...batch.feeds, ...alignmentFeeds(alignmentWeight) };
    const alignment = await this.alignmentProgram(batch.shape, network);
    const aligned = alignment === undefined ? {} : await sum.add(alignment, feeds);
    const { gradientNorm } = sum.update(optimiser);
    const results = together(found, aligned);
    return gradientNorm === undefined ? results : { ...results, gradientNorm: Float32Array.of(gradientNorm) };
  }

  async dispose(): Promise<void> {
    await Promise.all([this.parts.dispose(), this.alignments.dispose()]);
  }

  private partProgram(shape: BatchShape, count: number, network: NetworkShape): Promise<GradientProgram> {
    const make = () => compileGradients((t) => partObjective(t, network, shape, count), this.compile);
    return this.parts.get(JSON.stringify(shape), make, activationBytes(shape, network));
  }

  private async alignmentProgram(shape: BatchShape, network: NetworkShape): Promise<GradientProgram | undefined> {
    if (alignmentObjective(new Trace(), network, shape) === undefined) return undefined;
    return this.alignments.get(JSON.stringify(shape), () =>
      compileGradients((t) => alignmentObjective(t, network, shape)!, this.compile),
    );
  }

  private sumOf(parameters: Parameters): GradientSum {
    if (this.sum?.of !== parameters) this.sum = { of: parameters, gradients: new GradientSum(parameters) };
    return this.sum.gradients;
  }
}

/** Results of a whole batch from those of its parts: means of figures, gradients of fed interests one after another. */
function together(parts: readonly Results[], aligned: Results): Results {
  const { loss: _, ...figures } = parts[0]!;
  const whole = Object.fromEntries(
    Object.keys(figures).map((name) => {
      const values = parts.map((part) => part[name] as Float32Array);
      return [name, values[0]!.length === 1 ? meanOf(values) : joined(values)] as const;
    }),
  );
  for (const [name, value] of Object.entries(aligned)) {
    if (name === "loss") continue;
    const known = whole[name];
    whole[name] = known === undefined ? (value as Float32Array) : known.map((one, i) => one + value[i]!);
  }
  return whole;
}

const meanOf = (values: readonly Float32Array[]): Float32Array =>
  Float32Array.of(values.reduce((total, value) => total + value[0]!, 0) / values.length);

function joined(values: readonly Float32Array[]): Float32Array {
  const { length } = values[0]!;
  const whole = new Float32Array(length * values.length);
  for (const [i, value] of values.entries()) whole.set(value, i * length);
  return whole;
}

/** About what a training program keeps of a batch until its gradients are known. */
function activationBytes({ batch, length }: BatchShape, { t5 }: NetworkShape): number {
  const perPosition = t5.encoderLayers * (34 * t5.width + 6 * t5.heads * length);
  return 4 * batch * length * perPosition;
}
