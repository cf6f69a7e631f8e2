// The engine's front door: trace a program, differentiate it, compile it, run it.

export { Random } from "../base/random.ts";
export {
  type FeedsOf,
  floats,
  type InputSpec,
  type InputSpecs,
  integers,
  type LearnedTensors,
  listed,
  type ParameterSpec,
  type TensorSpec,
} from "./declarations.ts";
export { gradients } from "./gradient/gradients.ts";
export { BestColumns, type ScoreBlock } from "./host/best-columns.ts";
export { LargestProducts } from "./host/largest-products.ts";
export { type BestScores, type RowWeight, ScoreSums } from "./host/score-sums.ts";
export { type Tridiagonal, tridiagonal } from "./host/tridiagonal.ts";
export * from "./initial-values.ts";
export { drawKeepMask, KEEP_MASK_SEEDS } from "./kernels/keep-mask.ts";
export * from "./nn.ts";
export { type OnnxModelOptions, onnxModel } from "./onnx/whole-model.ts";
export * from "./ops.ts";
export { ADAMW_DEFAULTS, type AdamWOptions, adamWInPlace } from "./optimiser/adamw.ts";
export type { ClippingOptions } from "./optimiser/clip.ts";
export {
  compileGradients,
  computeGradients,
  type GradientProgram,
  GradientSum,
  type PartGradients,
} from "./optimiser/gradient-sum.ts";
export type { OptimiserOptions } from "./optimiser/optimiser.ts";
export { type Parameter, Parameters } from "./optimiser/parameters.ts";
export { SGD_DEFAULTS, type SgdOptions } from "./optimiser/sgd.ts";
export { compileTrainStep, type Objective, type TrainStep } from "./optimiser/train-step.ts";
export { printProgram } from "./print.ts";
export { compile } from "./session/compile.ts";
export { DEVICES, type Device, DeviceError, parseDevice } from "./session/device.ts";
export type { CompileOptions, Executable } from "./session/executable.ts";
export type { Feeds } from "./session/feeds.ts";
export { type OpenedModel, openModel } from "./session/open-model.ts";
export { ProgramCache } from "./session/program-cache.ts";
export { ShapeError } from "./trace/shapes.ts";
export { SparseOperator, transposeRows } from "./trace/sparse-operator.ts";
export { type DType, type Shape, sizeOf, type Tensor, type TensorData } from "./trace/tensor.ts";
export { type Program, Trace, trace } from "./trace/trace.ts";
