// Arithmetic of matrix products, to say which share of the processor's peak a figure stands for.
import type { T5Config } from "../../src/backbone/t5-config.ts";
import type { T5Size } from "./t5-objective.ts";

/** Multiplications and additions of [m, k] x [k, n]. */
export const productFlop = (m: number, k: number, n: number): number => 2 * m * k * n;

/** Backward takes two products for each of forward's. */
export const STEP_OVER_FORWARD = 3;

/** Matrix products of T5's forward pass, output head included. */
export function t5ForwardFlop(c: T5Config, { batch, source, target }: T5Size): number {
  const inner = c.heads * c.headWidth;
  const project = (rows: number, matrices: number) => matrices * productFlop(rows, c.width, inner);
  const attend = (queries: number, keys: number) => 2 * batch * productFlop(queries, inner, keys);
  const feed = (rows: number) => 2 * productFlop(rows, c.width, c.feedForward);
  const [sourceRows, targetRows] = [batch * source, batch * target];
  const encoderLayer = project(sourceRows, 4) + attend(source, source) + feed(sourceRows);
  const selfAttention = project(targetRows, 4) + attend(target, target);
  const crossAttention = project(targetRows, 2) + project(sourceRows, 2) + attend(target, source);
  const decoderLayer = selfAttention + crossAttention + feed(targetRows);
  const head = productFlop(targetRows, c.width, c.vocabulary);
  return c.encoderLayers * encoderLayer + c.decoderLayers * decoderLayer + head;
}
