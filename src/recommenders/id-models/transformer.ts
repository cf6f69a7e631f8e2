// The transformer of RecBole's sequence models (SASRec, BERT4Rec, FDSA): post-norm blocks with exact GELU, as in BERT.
import {
  add,
  dropout,
  gather,
  gelu,
  greater,
  HIDDEN,
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
import { layerNorm, layerNormParameters, linear, linearParameters } from "./layers.ts";

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
function causalMask(t: Trace, length: number): Tensor {
  const slots = t.range(length);
  return where(greater(reshape(slots, [1, length]), reshape(slots, [length, 1])), HIDDEN, 0);
}

/** Slots from `used` [rows] on hidden from all: [rows, 1, 1, length]. */
export function paddingMask(t: Trace, used: Tensor, length: number): Tensor {
  const rows = used.shape[0]!;
  const isUsed = greater(reshape(used, [rows, 1]), t.range(length));
  return reshape(where(isUsed, 0, HIDDEN), [rows, 1, 1, length]);
}

type BlockOptions = TransformerOptions & { readonly isTraining: boolean };

/** x [rows, length, d] through all blocks; `mask` is added to the attention scores [rows, heads, length, length]. */
export function transformer(t: Trace, name: string, x: Tensor, mask: Tensor, options: BlockOptions): Tensor {
  let state = x;
  for (let l = 0; l < options.layers; l++) state = block(t, `${name}.${l}`, state, state, mask, options);
  return state;
}

/**
 * Slots of histories padded on the right: how many are `used` [rows], and the flat place of the `last` of them [rows].
 */
export interface NewestSlots {
  readonly used: Tensor;
  readonly last: Tensor;
}

/**
 * States of the newest slots after a causal transformer: x [rows, length, d] -> [rows, d]. The last block computes
 * nothing but what these slots ask, which is a fraction of it.
 */
export function newestStates(t: Trace, name: string, x: Tensor, slots: NewestSlots, options: BlockOptions): Tensor {
  const [rows, length, d] = x.shape as [number, number, number];
  const before = { ...options, layers: options.layers - 1 };
  const states = before.layers === 0 ? x : transformer(t, name, x, causalMask(t, length), before);
  const asking = reshape(gather(reshape(states, [rows * length, d]), slots.last), [rows, 1, d]);
  const mask = paddingMask(t, slots.used, length);
  return reshape(block(t, `${name}.${before.layers}`, asking, states, mask, options), [rows, d]);
}

/** One block: `asking` [rows, asked, d] reads `states` [rows, length, d] -> [rows, asked, d]. */
function block(t: Trace, name: string, asking: Tensor, states: Tensor, mask: Tensor, options: BlockOptions): Tensor {
  const { width: d, inner } = options;
  const drop = (y: Tensor): Tensor => dropout(y, options.isTraining ? options.dropout : 0);
  const attended = attention(t, name, { asking, states, mask }, options.heads, drop);
  const state = layerNorm(t, `${name}.attentionNorm`, add(drop(attended), asking));
  const hidden = gelu(linear(t, `${name}.inner`, state, { inputs: d, outputs: inner }));
  const outer = linear(t, `${name}.outer`, hidden, { inputs: inner, outputs: d });
  return layerNorm(t, `${name}.outerNorm`, add(drop(outer), state));
}

function attention(
  t: Trace,
  name: string,
  { asking, states, mask }: Readonly<Record<"asking" | "states" | "mask", Tensor>>,
  heads: number,
  drop: (y: Tensor) => Tensor,
): Tensor {
  const [rows, asked, d] = asking.shape as [number, number, number];
  const size = { inputs: d, outputs: d };
  // [rows, heads, length, d / heads]; keys are turned in the product, which costs less than turning them here.
  const split = (part: string, x: Tensor): Tensor =>
    transpose(reshape(linear(t, `${name}.${part}`, x, size), [rows, x.shape[1]!, heads, d / heads]), [0, 2, 1, 3]);
  const scores = mul(matmul(split("query", asking), transpose(split("key", states))), (d / heads) ** -0.5);
  const shares = drop(softmax(add(scores, mask)));
  const mixed = transpose(matmul(shares, split("value", states)), [0, 2, 1, 3]);
  return linear(t, `${name}.output`, reshape(mixed, [rows, asked, d]), size);
}
