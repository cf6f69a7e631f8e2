// The optimisers that a training program can end in, one entry each: which numbers change from step to step, and the
// next state as nodes.
import type { Tensor } from "../trace/tensor.ts";
import { type AdamWOptions, adamWInPlace, adamWNodes, adamWScalars } from "./adamw.ts";
import type { Buffers } from "./parameters.ts";
import { type SgdOptions, sgdNodes } from "./sgd.ts";

/** AdamW (also Adam: weightDecay 0) or SGD; AdamW when `kind` is left out. */
export type OptimiserOptions = AdamWOptions | SgdOptions;

type Kind = "adamw" | "sgd";

/** A parameter with its buffers; SGD leaves `v` alone. */
export interface OptimiserState {
  readonly value: Tensor;
  readonly m: Tensor;
  readonly v?: Tensor;
}

interface Rule<Options> {
  /** Options that are compiled in; the others may change from step to step. */
  readonly fixed: readonly (keyof Options & string)[];
  /** Numbers fed to step number `step` (from 1), `SCALARS_PER_PARAMETER` of them. */
  readonly scalars: (options: Options, step: number) => readonly [number, number, number];
  /** The next state; what the rule does not change is left out. */
  readonly nodes: (
    state: Required<OptimiserState>,
    gradient: Tensor,
    scalars: readonly [Tensor, Tensor, Tensor],
    options: Options,
  ) => OptimiserState;
  /** Step number `step` (from 1) over arrays, to the same bits; absent = the rule exists as nodes only. */
  readonly inPlace?: (state: Buffers, gradient: Float32Array, step: number, options: Options) => void;
}

export const SCALARS_PER_PARAMETER = 3;

const adamw: Rule<AdamWOptions> = {
  fixed: ["beta1", "beta2", "epsilon"],
  scalars: adamWScalars,
  nodes: adamWNodes,
  inPlace: ({ value, m, v }, gradient, step, options) => adamWInPlace(value, m, v, gradient, step, options),
};

const sgd: Rule<SgdOptions> = {
  fixed: ["momentum", "nesterov"],
  scalars: ({ learningRate, weightDecay }) => [learningRate, weightDecay, 0],
  nodes: (state, gradient, [rate, decay], options) => sgdNodes(state, gradient, [rate, decay], options),
};

export function kindOf(options: OptimiserOptions): Kind {
  return options.kind ?? "adamw";
}

/** The rule of `options`, which takes options of that kind only. */
export function ruleOf(options: OptimiserOptions): Rule<OptimiserOptions> {
  return { adamw, sgd }[kindOf(options)] as unknown as Rule<OptimiserOptions>;
}
