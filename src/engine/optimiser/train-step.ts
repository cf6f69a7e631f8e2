// One training step: forward and backward as one program. AdamW follows in place over the gradients on the host, also
// beside CUDA: onnxruntime-node's values of CUDA are host arrays, and parameters in and gradients out are a third of
// the copies that its states in and out would be. On WebGPU, and for SGD, the optimiser is part of the program, which
// writes the next parameters into the back buffers.
import { UsageError } from "../../base/errors.ts";
import { gradients } from "../gradient/gradients.ts";
import { reshape, slice } from "../ops.ts";
import { compile } from "../session/compile.ts";
import type { CompileOptions, Executable } from "../session/executable.ts";
import type { Feeds } from "../session/feeds.ts";
import type { Tensor, TensorData } from "../trace/tensor.ts";
import { isOp } from "../trace/tensor.ts";
import { type Trace, trace } from "../trace/trace.ts";
import { checkMaxNorm, clipByGlobalNorm } from "./clip.ts";
import { kindOf, type OptimiserOptions, ruleOf, SCALARS_PER_PARAMETER } from "./optimiser.ts";
import type { Parameters } from "./parameters.ts";

/** What a training program computes. */
export interface Objective {
  /** Float32 scalar to minimise. */
  readonly loss: Tensor;
  /** false = the results leave the loss out, and what only its value needs is not computed. */
  readonly reportsLoss?: boolean;
  /** Further values to report. */
  readonly outputs?: Readonly<Record<string, Tensor>>;
  /** Data inputs whose gradients the caller wants, by output name. One that gets no gradient has no output. */
  readonly inputGradients?: Readonly<Record<string, Tensor>>;
}

/** A compiled training step. It holds native memory: call `dispose()`. */
export interface TrainStep {
  /**
   * Update every parameter the objective depends on; results are the objective's outputs and input gradients, and
   * `gradientNorm` (before clipping) when the step was compiled with `maxGradientNorm`.
   * @throws UsageError for an optimiser that differs in what is compiled in, for a limit that is not positive, and as
   *   `Executable.run`; no parameter has changed then.
   */
  run(feeds: Feeds, optimiser: OptimiserOptions): Promise<Record<string, TensorData>>;
  /** The program behind it, whose inputs and outputs are more than those of the objective. */
  readonly executable: Executable;
  /** As of an `Executable`. */
  dispose(): Promise<void>;
}

type InPlace = NonNullable<ReturnType<typeof ruleOf>["inPlace"]>;

/** What a training program calls the state of parameter `name` and what it makes of it. */
const namesOf = (name: string) => ({
  m: `${name}#m`,
  v: `${name}#v`,
  next: `${name}#next`,
  nextM: `${name}#next.m`,
  nextV: `${name}#next.v`,
  gradient: `${name}#gradient`,
});

const SCALARS = "optimiser/scalars";
const MAX_NORM = "optimiser/maxGradientNorm";

/**
 * Compile `objective` with its gradient and optimiser.
 * Parameters it does not depend on, or only through a stopped gradient, are neither moved nor decayed (PyTorch's
 * behaviour for missing gradients).
 * Learning rate, weight decay and the limit of `maxGradientNorm` may change per run. The rest (kind, betas, epsilon,
 * momentum, whether gradients are clipped) is fixed at compile time.
 * @throws UsageError for a loss that is no float32 scalar and for a limit that is not positive; as `compile`.
 */
export async function compileTrainStep(
  objective: (t: Trace) => Objective,
  parameters: Parameters,
  optimiser: OptimiserOptions,
  options: CompileOptions = {},
): Promise<TrainStep> {
  checkMaxNorm(optimiser);
  const inPlace = options.device !== "webgpu" ? ruleOf(optimiser).inPlace : undefined;
  let trained: string[] = [];
  const program = trace((t) => {
    const wanted = objective(t);
    const nodes = parameterNodes(wanted.loss);
    trained = nodes.map((node) => node.attributes.name);
    const scalars = t.input(SCALARS, [Math.max(1, nodes.length), SCALARS_PER_PARAMETER]);
    const { own, results } = differentiated(wanted, nodes);
    const { clipped, norm } =
      optimiser.maxGradientNorm === undefined
        ? { clipped: own, norm: undefined }
        : clipByGlobalNorm(own, t.input(MAX_NORM, []));
    const updates =
      inPlace === undefined
        ? nodes.map((node, i) => updateNodes(t, node, clipped[i]!, scalarsOf(scalars, i), optimiser))
        : nodes.map((node, i) => ({ [namesOf(node.attributes.name).gradient]: clipped[i]! }));
    const reported = norm === undefined ? results : { ...results, gradientNorm: norm };
    return Object.assign({}, reported, ...updates);
  });
  const executable = await compile(program, options);
  return {
    executable,
    run: async (feeds, current) => {
      const now = sameConstants(current, optimiser);
      return inPlace === undefined
        ? runStep(executable, trained, parameters, feeds, now)
        : runStepInPlace(executable, trained, parameters, feeds, now, inPlace);
    },
    dispose: () => executable.dispose(),
  };
}

function sameConstants(current: OptimiserOptions, compiled: OptimiserOptions): OptimiserOptions {
  const refuse = (name: string, now: unknown, before: unknown): never => {
    throw new UsageError(`optimiser ${name} is ${now}, compiled with ${before}`);
  };
  if (kindOf(current) !== kindOf(compiled)) refuse("kind", kindOf(current), kindOf(compiled));
  for (const name of ruleOf(compiled).fixed) {
    if (current[name] !== compiled[name]) refuse(name, current[name], compiled[name]);
  }
  checkMaxNorm(current);
  if ((current.maxGradientNorm === undefined) !== (compiled.maxGradientNorm === undefined)) {
    refuse("maxGradientNorm", current.maxGradientNorm, compiled.maxGradientNorm);
  }
  return current;
}

/** Gradients by parameter name, and everything else that a program of the objective reports. */
export function gradientsOf(objective: Objective): {
  readonly own: Readonly<Record<string, Tensor>>;
  readonly results: Readonly<Record<string, Tensor>>;
} {
  const nodes = parameterNodes(objective.loss);
  const { own, results } = differentiated(objective, nodes);
  return { own: Object.fromEntries(nodes.map((node, i) => [node.attributes.name, own[i]!])), results };
}

/** Gradients of `nodes`, and the results: loss, outputs, and gradients of data inputs. */
function differentiated(
  { loss, reportsLoss = true, outputs = {}, inputGradients = {} }: Objective,
  nodes: readonly Tensor<"input">[],
): { readonly own: readonly Tensor[]; readonly results: Readonly<Record<string, Tensor>> } {
  const wanted = Object.entries(inputGradients);
  const found = gradients(loss, [...nodes, ...wanted.map(([, tensor]) => tensor)]);
  const ofInputs = withGradient(wanted.map(([name], i) => [name, found[nodes.length + i]!]));
  const values = reportsLoss ? { loss, ...outputs } : outputs;
  return { own: found.slice(0, nodes.length), results: { ...values, ...ofInputs } };
}

/** `gradients` gives a zero fill to what the loss does not depend on. */
function withGradient(entries: readonly [string, Tensor][]): Record<string, Tensor> {
  return Object.fromEntries(
    entries.filter(([, gradient]) => !(isOp(gradient, "fill") && gradient.attributes.value === 0)),
  );
}

function parameterNodes(loss: Tensor): Tensor<"input">[] {
  const seen = new Set<Tensor>();
  const found: Tensor<"input">[] = [];
  const pending = [loss];
  while (pending.length > 0) {
    const node = pending.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    if (isOp(node, "input") && node.attributes.role === "parameter") found.push(node);
    if (!isOp(node, "stopGradient")) pending.push(...node.inputs);
  }
  return found.sort((a, b) => a.id - b.id);
}

function scalarsOf(scalars: Tensor, index: number): [Tensor, Tensor, Tensor] {
  const line = slice(scalars, 0, index, index + 1);
  const at = (column: number): Tensor => reshape(slice(line, 1, column, column + 1), []);
  return [at(0), at(1), at(2)];
}

function updateNodes(
  t: Trace,
  node: Tensor<"input">,
  gradient: Tensor,
  scalars: [Tensor, Tensor, Tensor],
  optimiser: OptimiserOptions,
): Record<string, Tensor> {
  const names = namesOf(node.attributes.name);
  const state = { value: node, m: t.input(names.m, node.shape), v: t.input(names.v, node.shape) };
  const { value, m, v } = ruleOf(optimiser).nodes(state, gradient, scalars, optimiser);
  const next: Record<string, Tensor> = { [names.next]: value, [names.nextM]: m };
  if (v !== undefined) next[names.nextV] = v;
  return next;
}

async function runStep(
  executable: Executable,
  trained: readonly string[],
  parameters: Parameters,
  feeds: Feeds,
  optimiser: OptimiserOptions,
): Promise<Record<string, TensorData>> {
  const all: Record<string, TensorData> = { ...parameters.feeds(), ...feeds, ...limitOf(optimiser) };
  const into: Record<string, TensorData> = {};
  const scalars = new Float32Array(SCALARS_PER_PARAMETER * Math.max(1, trained.length));
  trained.forEach((name, i) => {
    const { front, steps } = parameters.get(name);
    const back = parameters.backOf(name);
    const names = namesOf(name);
    all[names.m] = front.m;
    all[names.v] = front.v;
    into[names.next] = back.value;
    into[names.nextM] = back.m;
    into[names.nextV] = back.v;
    scalars.set(ruleOf(optimiser).scalars(optimiser, steps + 1), SCALARS_PER_PARAMETER * i);
  });
  all[SCALARS] = scalars;
  const results = await executable.run(all, into);
  for (const name of trained) parameters.swap(name);
  return without(results, into);
}

async function runStepInPlace(
  executable: Executable,
  trained: readonly string[],
  parameters: Parameters,
  feeds: Feeds,
  optimiser: OptimiserOptions,
  update: InPlace,
): Promise<Record<string, TensorData>> {
  const into = Object.fromEntries(trained.map((name) => [namesOf(name).gradient, parameters.gradientOf(name)]));
  const results = await executable.run({ ...parameters.feeds(), ...feeds, ...limitOf(optimiser) }, into);
  for (const name of trained) {
    const entry = parameters.get(name);
    entry.steps += 1;
    update(entry.front, parameters.gradientOf(name), entry.steps, optimiser);
  }
  return without(results, into);
}

function limitOf({ maxGradientNorm }: OptimiserOptions): Feeds {
  return maxGradientNorm === undefined ? {} : { [MAX_NORM]: Float32Array.of(maxGradientNorm) };
}

/** What the caller asked for: not what was written to buffers of our own. */
function without(results: Readonly<Record<string, TensorData>>, into: Feeds): Record<string, TensorData> {
  return Object.fromEntries(Object.entries(results).filter(([name]) => !(name in into)));
}
