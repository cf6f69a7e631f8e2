// One update from several programs: each gives gradients of its part of the loss, they are summed on the host, and the
// optimiser follows once, over the sum. What a batch in parts does whose whole would not fit into memory; parts of a
// loss that need the whole batch come as a program of their own. Until `update` no parameter has changed: a sum that is
// dropped leaves nothing behind.
import { internal, UsageError } from "../../base/errors.ts";
import { compile } from "../session/compile.ts";
import type { CompileOptions, Executable } from "../session/executable.ts";
import type { Feeds } from "../session/feeds.ts";
import type { TensorData } from "../trace/tensor.ts";
import { type Trace, trace } from "../trace/trace.ts";
import { checkMaxNorm, clipInPlace } from "./clip.ts";
import { kindOf, type OptimiserOptions, ruleOf } from "./optimiser.ts";
import type { Parameters } from "./parameters.ts";
import { gradientsOf, type Objective } from "./train-step.ts";

/** An objective with its gradients and no optimiser. It holds native memory: call `dispose()`. */
export interface GradientProgram {
  readonly executable: Executable;
  /** Parameters that the objective depends on, as `compileTrainStep` finds them. */
  readonly trained: readonly string[];
  /** As of an `Executable`. */
  dispose(): Promise<void>;
}

const nameOf = (parameter: string): string => `${parameter}#gradient`;

/**
 * Compile `objective` with its gradients: of the parameters that it depends on, and of the data inputs that it names.
 * @throws UsageError for a loss that is no float32 scalar; as `compile`.
 */
export async function compileGradients(
  objective: (t: Trace) => Objective,
  options: CompileOptions = {},
): Promise<GradientProgram> {
  let trained: readonly string[] = [];
  const program = trace((t) => {
    const { own, results } = gradientsOf(objective(t));
    trained = Object.keys(own);
    return { ...results, ...Object.fromEntries(trained.map((name) => [nameOf(name), own[name]!])) };
  });
  const executable = await compile(program, options);
  return { executable, trained, dispose: () => executable.dispose() };
}

/** What one program gave, in arrays of its own. */
export interface PartGradients {
  /** By parameter, of its size. */
  readonly gradients: Readonly<Record<string, Float32Array>>;
  /** The objective's outputs and input gradients. */
  readonly results: Record<string, TensorData>;
}

/**
 * Run a program whose gradients are added later, or elsewhere.
 * @param feeds with the parameters' values.
 * @throws UsageError as `Executable.run`.
 */
export async function computeGradients({ executable, trained }: GradientProgram, feeds: Feeds): Promise<PartGradients> {
  const all = await executable.run(feeds);
  const gradients = Object.fromEntries(trained.map((name) => [name, all[nameOf(name)] as Float32Array]));
  const own = new Set(trained.map(nameOf));
  return { gradients, results: Object.fromEntries(Object.entries(all).filter(([name]) => !own.has(name))) };
}

/**
 * Gradients of several programs, summed on the host, and one optimiser step over the sum: `add` or `include` each part,
 * then `update`. Parts are added as they are: whoever wants a mean scales the objectives.
 */
export class GradientSum {
  private readonly parameters: Parameters;
  /** Where programs write that are not the first to reach a parameter; kept from update to update. */
  private readonly scratch = new Map<string, Float32Array>();
  private reached = new Set<string>();

  constructor(parameters: Parameters) {
    this.parameters = parameters;
  }

  /** Forget what was summed and not used. */
  begin(): void {
    this.reached = new Set();
  }

  /**
   * Run a program on the parameters' values and `feeds`, and add its gradients; its other results are the caller's. One
   * after the other: programs share arrays.
   * @throws UsageError for a parameter that is not there, and as `Executable.run`.
   */
  async add({ executable, trained }: GradientProgram, feeds: Feeds): Promise<Record<string, TensorData>> {
    const into = Object.fromEntries(trained.map((name) => [nameOf(name), this.targetOf(name)]));
    const results = await executable.run({ ...this.parameters.feeds(), ...feeds }, into);
    for (const name of trained) {
      if (this.reached.has(name)) addTo(this.parameters.gradientOf(name), into[nameOf(name)]!);
      this.reached.add(name);
    }
    return Object.fromEntries(Object.entries(results).filter(([name]) => !(name in into)));
  }

  /** Add gradients that were computed elsewhere. @throws UsageError for a parameter that is not there. */
  include({ gradients }: PartGradients): void {
    for (const [name, gradient] of Object.entries(gradients)) {
      const sum = this.parameters.gradientOf(name);
      if (this.reached.has(name)) addTo(sum, gradient);
      else sum.set(gradient);
      this.reached.add(name);
    }
  }

  /**
   * One optimiser step on every parameter that a program reached; the length of the gradient before clipping where it
   * is clipped.
   * @throws UsageError for an optimiser without a form over arrays (SGD), and for a limit that is not positive.
   */
  update(optimiser: OptimiserOptions): { readonly gradientNorm?: number | undefined } {
    const step = ruleOf(optimiser).inPlace;
    if (step === undefined) throw new UsageError(`optimiser ${kindOf(optimiser)} cannot take a sum of gradients`);
    checkMaxNorm(optimiser);
    if (this.reached.size === 0) throw internal("an update without gradients");
    const names = [...this.reached];
    const limit = optimiser.maxGradientNorm;
    const all = names.map((name) => this.parameters.gradientOf(name));
    const gradientNorm = limit === undefined ? undefined : clipInPlace(all, limit);
    for (const [i, name] of names.entries()) {
      const entry = this.parameters.get(name);
      entry.steps += 1;
      step(entry.front, all[i]!, entry.steps, optimiser);
    }
    this.begin();
    return { gradientNorm };
  }

  /** The first program's gradient is the sum so far. */
  private targetOf(name: string): Float32Array {
    const sum = this.parameters.gradientOf(name);
    if (!this.reached.has(name)) return sum;
    let array = this.scratch.get(name);
    if (array === undefined) {
      array = new Float32Array(sum.length);
      this.scratch.set(name, array);
    }
    return array;
  }
}

function addTo(sum: Float32Array, more: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += more[i]!;
}
