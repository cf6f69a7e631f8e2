// A causal transformer whose sublayers read normalised states and add to states that are not (pre-norm), over histories
// padded on the left. Beside attention a block may have a low-pass filter that looks back (BSARec's idea, made causal).
import { add, gelu, matmul, mul, normal, reshape, slice, sub, type Tensor, type Trace } from "../../engine/index.ts";
import { causalLowPass, keptFrequencies } from "./frequency.ts";
import type { Histories } from "./id-model.ts";
import { layerNorm, linear } from "./layers.ts";
import { causalLeftMask, itemSlots, leftMask } from "./left-padded.ts";
import { attention, type Block, type BlockOptions, dropIn, transformerLayers } from "./transformer.ts";

export interface PreNormSize {
  readonly width: number;
  readonly inner: number;
  readonly layers: number;
  readonly heads: number;
  readonly dropout: number;
  readonly maxHistory: number;
  /** BSARec's c: twice the frequencies that the filter keeps beside the mean; 0 = no filter. */
  readonly filter: number;
  /** Share of the filter in what a block adds; the rest is attention's. */
  readonly filterShare: number;
}

export type PreNormOptions = BlockOptions & Pick<PreNormSize, "filter" | "filterShare" | "maxHistory">;

export type PreNormBlock = ReturnType<typeof preNormLayers>[number];

/** What the blocks learn; `highs` is the root of what the filter leaves of high frequencies. */
export function preNormLayers(name: string, size: PreNormSize) {
  return transformerLayers(name, size).map((block, l) => ({
    ...block,
    highs: size.filter === 0 ? undefined : { name: `${name}.${l}.highs`, shape: [size.width], init: normal(1) },
  }));
}

/** States of all slots before the last norm: x [rows, length, d] -> the same shape. */
export function causalStates(
  t: Trace,
  blocks: readonly PreNormBlock[],
  x: Tensor,
  histories: Histories,
  options: PreNormOptions,
): Tensor {
  const mask = causalLeftMask(t, histories);
  return blocks.reduce((state, layers) => {
    const read = layerNorm(t, layers.attentionNorm, state);
    const attended = attention(t, layers, { asking: read, states: read, mask }, options.heads, dropIn(options));
    return sublayers(t, layers, state, filtered(t, layers, read, attended, histories, options), options);
  }, x);
}

/** States of the newest slots alone: [rows, d]. The last block computes nothing but what they ask. */
export function newestState(
  t: Trace,
  blocks: readonly PreNormBlock[],
  x: Tensor,
  histories: Histories,
  options: PreNormOptions,
): Tensor {
  const { rows, length } = histories;
  const layers = blocks.at(-1)!;
  const before = blocks.slice(0, -1);
  const states = before.length === 0 ? x : causalStates(t, before, x, histories, options);
  const read = layerNorm(t, layers.attentionNorm, states);
  const newest = (y: Tensor): Tensor => slice(y, 1, length - 1, length);
  const mask = leftMask(t, histories);
  const attended = attention(t, layers, { asking: newest(read), states: read, mask }, options.heads, dropIn(options));
  const mixed = filtered(t, layers, read, attended, histories, options);
  return reshape(sublayers(t, layers, newest(states), mixed, options), [rows, x.shape[2]!]);
}

/** `added` and then the feed-forward part put on `state`. */
function sublayers(t: Trace, layers: Block, state: Tensor, added: Tensor, options: BlockOptions): Tensor {
  const drop = dropIn(options);
  const next = add(state, drop(added));
  const hidden = gelu(linear(t, layers.inner, layerNorm(t, layers.outerNorm, next)));
  return add(next, drop(linear(t, layers.outer, hidden)));
}

/**
 * Attention's part [rows, asked, d] beside that of the filter over `read` [rows, length, d], of which the newest
 * `asked` slots are wanted: low + highs^2 (x - low).
 */
function filtered(
  t: Trace,
  { highs }: PreNormBlock,
  read: Tensor,
  attended: Tensor,
  histories: Histories,
  { filter, filterShare, maxHistory }: PreNormOptions,
): Tensor {
  if (highs === undefined) return attended;
  const { length } = histories;
  const asked = attended.shape[1]!;
  const values = causalLowPass(length, maxHistory, keptFrequencies(filter));
  const pass = slice(t.constant(`lowPass${length}`, values, [length, length]), 0, length - asked, length);
  const items = mul(read, itemSlots(t, histories));
  const low = matmul(pass, items);
  const high = sub(slice(read, 1, length - asked, length), low);
  const root = t.parameter(highs);
  const kept = add(low, mul(high, mul(root, root)));
  return add(mul(kept, filterShare), mul(attended, 1 - filterShare));
}
