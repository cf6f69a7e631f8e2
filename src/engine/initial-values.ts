// Starting values of parameters, as PyTorch makes them: distributions, not bit patterns.
import type { Random } from "../base/random.ts";
import { type Shape, sizeOf } from "./trace/tensor.ts";

/** A fresh value of a tensor of `shape`. */
export type Init = (shape: Shape, random: Random) => Float32Array;

/** Draws of N(0, std^2). */
export const normal =
  (std: number): Init =>
  (shape, random) =>
    random.normals(sizeOf(shape), std);

/** Draws of U(-bound, bound). */
export const uniform =
  (bound: number): Init =>
  (shape, random) =>
    uniforms(shape, bound, random);

/** The same value everywhere; nothing is drawn. */
export const constant =
  (value: number): Init =>
  (shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

/** Normal draws of variance 2 / (rows + columns) of a matrix (Glorot and Bengio 2010); a vector is one column. */
export const xavierNormal: Init = (shape, random) => random.normals(sizeOf(shape), Math.sqrt(2 / fans(shape)));
/** Uniform draws of the same variance: U(-b, b) with b = sqrt(6 / (rows + columns)). */
export const xavierUniform: Init = (shape, random) => uniforms(shape, Math.sqrt(6 / fans(shape)), random);

/** PyTorch's default for linear layers and convolutions: U(-1, 1) / sqrt(fan in). */
export const fanIn = (inputs: number): Init => uniform(1 / Math.sqrt(inputs));

function fans([rows = 1, columns = 1]: Shape): number {
  return rows + columns;
}

function uniforms(shape: Shape, bound: number, random: Random): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, () => (2 * random.uniform() - 1) * bound);
}
