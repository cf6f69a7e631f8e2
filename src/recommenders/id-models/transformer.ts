// The transformer of RecBole's sequence models (SASRec, BERT4Rec, FDSA): post-norm blocks with exact GELU, as in BERT.
import {
  add,
  dropout,
  greater,
  matmul,
  mul,
  reshape,
  softmax,
  type Tensor,
  type Trace,
  transpose,
  where,
} from "../../engine/index.ts";
import type { ParameterSpec } from "./id-model.ts";
import { normal } from "./initial-values.ts";
import { gelu, layerNorm, layerNormParameters, linear, linearParameters } from "./layers.ts";

export interface TransformerOptions {
  readonly width: number;
  readonly inner: number;
  readonly layers: number;
  readonly heads: number;
  /** Of attention weights and of what each sublayer adds. */
  readonly dropout: number;
}

/** Standard deviation at which RecBole starts all weights. */
export const START = normal(0.02);

/** Added to hidden attention scores: large, yet a row of nothing else stays finite (it becomes uniform). */
const HIDDEN = -1e4;

export function transformerParameters(name: string, { width, inner, layers }: TransformerOptions): ParameterSpec[] {
  return Array.from({ length: layers }, (_, l) => `${name}.${l}`).flatMap((block) => [
    ...["query", "key", "value", "output"].flatMap((part) =>
      linearParameters(`${block}.${part}`, { inputs: width, outputs: width }, START),
    ),
    ...layerNormParameters(`${block}.attentionNorm`, width),
    ...linearParameters(`${block}.inner`, { inputs: width, outputs: inner }, START),
    ...linearParameters(`${block}.outer`, { inputs: inner, outputs: width }, START),
    ...layerNormParameters(`${block}.outerNorm`, width),
  ]);
}

/** Later slots hidden from earlier ones: [length, length], added to attention scores. */
export function causalMask(t: Trace, length: number): Tensor {
  const slots = t.range(length);
  return where(greater(reshape(slots, [1, length]), reshape(slots, [length, 1])), HIDDEN, 0);
}

/** Slots from `used` [rows] on hidden from all: [rows, 1, 1, length]. */
export function paddingMask(t: Trace, used: Tensor, length: number): Tensor {
  const rows = used.shape[0]!;
  const isUsed = greater(reshape(used, [rows, 1]), t.range(length));
  return reshape(where(isUsed, 0, HIDDEN), [rows, 1, 1, length]);
}

/** x [rows, length, d] through all blocks; `mask` is added to the attention scores [rows, heads, length, length]. */
export function transformer(
  t: Trace,
  name: string,
  x: Tensor,
  mask: Tensor,
  options: TransformerOptions & { readonly isTraining: boolean },
): Tensor {
  const { width: d, inner, layers } = options;
  const drop = (y: Tensor): Tensor => dropout(y, options.isTraining ? options.dropout : 0);
  let state = x;
  for (let l = 0; l < layers; l++) {
    const block = `${name}.${l}`;
    const attended = attention(t, block, state, mask, options.heads, drop);
    state = layerNorm(t, `${block}.attentionNorm`, add(drop(attended), state));
    const hidden = gelu(linear(t, `${block}.inner`, state, { inputs: d, outputs: inner }));
    const outer = linear(t, `${block}.outer`, hidden, { inputs: inner, outputs: d });
    state = layerNorm(t, `${block}.outerNorm`, add(drop(outer), state));
  }
  return state;
}

function attention(
  t: Trace,
  block: string,
  x: Tensor,
  mask: Tensor,
  heads: number,
  drop: (y: Tensor) => Tensor,
): Tensor {
  const [rows, length, d] = x.shape as [number, number, number];
  const size = { inputs: d, outputs: d };
  const split = (part: string, order: readonly number[]): Tensor =>
    transpose(reshape(linear(t, `${block}.${part}`, x, size), [rows, length, heads, d / heads]), order);
  const scores = mul(matmul(split("query", [0, 2, 1, 3]), split("key", [0, 2, 3, 1])), (d / heads) ** -0.5);
  const shares = drop(softmax(add(scores, mask)));
  const mixed = transpose(matmul(shares, split("value", [0, 2, 1, 3])), [0, 2, 1, 3]);
  return linear(t, `${block}.output`, reshape(mixed, [rows, length, d]), size);
}
