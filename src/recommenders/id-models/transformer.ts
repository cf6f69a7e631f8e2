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
  normal,
  reshape,
  softmax,
  type Tensor,
  type Trace,
  transpose,
  where,
} from "../../engine/index.ts";
import { type LinearLayer, layerNorm, linear, linearLayer, normLayer } from "./layers.ts";

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

export type Block = ReturnType<typeof blockLayers>;
export type AttentionLayers = Pick<Block, "query" | "key" | "value" | "output">;

/** What the blocks learn. */
export function transformerLayers(name: string, options: TransformerOptions): Block[] {
  return Array.from({ length: options.layers }, (_, l) => blockLayers(`${name}.${l}`, options));
}

function blockLayers(name: string, { width, inner }: TransformerOptions) {
  const square = (part: string) => linearLayer(`${name}.${part}`, { inputs: width, outputs: width }, START);
  return {
    query: square("query"),
    key: square("key"),
    value: square("value"),
    output: square("output"),
    attentionNorm: normLayer(`${name}.attentionNorm`, width),
    inner: linearLayer(`${name}.inner`, { inputs: width, outputs: inner }, START),
    outer: linearLayer(`${name}.outer`, { inputs: inner, outputs: width }, START),
    outerNorm: normLayer(`${name}.outerNorm`, width),
  };
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

/** `asking` [rows, asked, d] reads `states` [rows, length, d]; `mask` is added to the scores. */
export type Attended = Readonly<Record<"asking" | "states" | "mask", Tensor>>;

export type BlockOptions = Pick<TransformerOptions, "heads" | "dropout"> & { readonly isTraining: boolean };

/** x [rows, length, d] through all blocks; `mask` is added to the attention scores [rows, heads, length, length]. */
export function transformer(
  t: Trace,
  blocks: readonly Block[],
  x: Tensor,
  mask: Tensor,
  options: BlockOptions,
): Tensor {
  return blocks.reduce((state, layers) => block(t, layers, state, state, mask, options), x);
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
export function newestStates(
  t: Trace,
  blocks: readonly Block[],
  x: Tensor,
  slots: NewestSlots,
  options: BlockOptions,
): Tensor {
  const [rows, length, d] = x.shape as [number, number, number];
  const before = blocks.slice(0, -1);
  const states = before.length === 0 ? x : transformer(t, before, x, causalMask(t, length), options);
  const asking = reshape(gather(reshape(states, [rows * length, d]), slots.last), [rows, 1, d]);
  const mask = paddingMask(t, slots.used, length);
  return reshape(block(t, blocks.at(-1)!, asking, states, mask, options), [rows, d]);
}

/** One block: `asking` [rows, asked, d] reads `states` [rows, length, d] -> [rows, asked, d]. */
function block(t: Trace, layers: Block, asking: Tensor, states: Tensor, mask: Tensor, options: BlockOptions): Tensor {
  return feedForward(t, layers, attend(t, layers, { asking, states, mask }, options), options);
}

/** What attention reads, added to who asks: [rows, asked, d]. */
export function attend(t: Trace, layers: Block, { asking, states, mask }: Attended, options: BlockOptions): Tensor {
  const drop = dropIn(options);
  const attended = attention(t, layers, { asking, states, mask }, options.heads, drop);
  return layerNorm(t, layers.attentionNorm, add(drop(attended), asking));
}

export function feedForward(t: Trace, layers: Block, state: Tensor, options: BlockOptions): Tensor {
  const hidden = gelu(linear(t, layers.inner, state));
  const outer = linear(t, layers.outer, hidden);
  return layerNorm(t, layers.outerNorm, add(dropIn(options)(outer), state));
}

/** Dropout of a training, none in answers. */
export function dropIn({ dropout: share, isTraining }: Pick<BlockOptions, "dropout" | "isTraining">) {
  return (y: Tensor): Tensor => dropout(y, isTraining ? share : 0);
}

/** What heads read, joined and mapped, before dropout: [rows, asked, d]. */
export function attention(
  t: Trace,
  layers: AttentionLayers,
  { asking, states, mask }: Attended,
  heads: number,
  drop: (y: Tensor) => Tensor,
): Tensor {
  const [rows, asked, d] = asking.shape as [number, number, number];
  // [rows, heads, length, d / heads]; keys are turned in the product, which costs less than turning them here.
  const split = (part: LinearLayer, x: Tensor): Tensor =>
    transpose(reshape(linear(t, part, x), [rows, x.shape[1]!, heads, d / heads]), [0, 2, 1, 3]);
  const scores = mul(matmul(split(layers.query, asking), transpose(split(layers.key, states))), (d / heads) ** -0.5);
  const shares = drop(softmax(add(scores, mask)));
  const mixed = transpose(matmul(shares, split(layers.value, states)), [0, 2, 1, 3]);
  return linear(t, layers.output, reshape(mixed, [rows, asked, d]));
}
