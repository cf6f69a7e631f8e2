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
  computeGradients,
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
import type { Crew } from "./helpers/crew.ts";
import { PartPrograms } from "./helpers/part-programs.ts";
import { alignmentFeeds } from "./network/inputs.ts";
import { alignmentObjective } from "./network/network.ts";
import type { BatchShape, NetworkShape } from "./shapes.ts";
import type { GenerativeState } from "./state.ts";

type Results = Record<string, TensorData>;

interface CrewWork extends Pick<GenerativeState, "network" | "parameters"> {
  readonly shape: BatchShape;
  readonly sum: GradientSum;
}

const STOPPED = "training was interrupted within an update";

/** It holds native memory: call `dispose()`. */
export class AccumulatedSteps {
  private readonly compile: CompileOptions;
  private readonly signal: AbortSignal | undefined;
  private readonly parts: PartPrograms;
  private readonly crew: Crew | undefined;
  private readonly alignments = new ProgramCache<GradientProgram>();
  private readonly masks = new Map<string, Uint8Array>();
  private sum: { readonly of: Parameters; readonly gradients: GradientSum } | undefined;

  /** @param crew Who computes parts beside this process. */
  constructor(compile: CompileOptions, signal?: AbortSignal, crew?: Crew) {
    this.compile = compile;
    this.parts = new PartPrograms(compile);
    this.signal = signal;
    this.crew = crew;
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
    const { shape } = parts[0]!;
    const program = await this.parts.of(shape, parts.length, network);
    const shared = { shape, network, parameters };
    const found =
      this.crew === undefined || this.crew.size === 0
        ? await this.alone(parts, program, random, sum)
        : await this.withCrew(this.crew, parts, program, random, { ...shared, sum });
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

  /** One part after the other in this process. */
  private async alone(
    parts: StepBatch["parts"],
    program: GradientProgram,
    random: Random,
    sum: GradientSum,
  ): Promise<Results[]> {
    const found: Results[] = [];
    for (const { feeds } of parts) {
      stopIf(this.signal, STOPPED);
      found.push(await sum.add(program, { ...feeds, ...keepMasks(program.executable.program, random, this.masks) }));
    }
    return found;
  }

  /** Parts among helpers and this process, added in their order: the sum of `alone`. */
  private async withCrew(
    crew: Crew,
    parts: StepBatch["parts"],
    program: GradientProgram,
    random: Random,
    { sum, network, shape, parameters }: CrewWork,
  ): Promise<Results[]> {
    const values = parameters.feeds();
    const found = await crew.compute({
      network,
      shape,
      count: parts.length,
      parameters,
      // Masks of a part of their own: several are under way at once.
      feedsOf: (index) => ({ ...parts[index]!.feeds, ...keepMasks(program.executable.program, random) }),
      compute: (feeds) => {
        stopIf(this.signal, STOPPED);
        return computeGradients(program, { ...values, ...feeds });
      },
    });
    for (const part of found) sum.include(part);
    return found.map(({ results }) => results);
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
