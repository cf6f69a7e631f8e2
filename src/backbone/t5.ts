// T5 as engine nodes, read from top to bottom: norms, attention, feed-forward, encoder stack, decoder stack, head.
// Parameter names and [out, in] layouts are Hugging Face's, so checkpoints load and save without renaming.
// Letters: B batch, M beams, S source positions, L target positions, H heads, k head width, d width. Hidden states are
// [B, T, d], or [1, rows, d] where a `Packing` says how the rows stand in the batch.
import {
  add,
  concat,
  dropout,
  gather,
  HIDDEN,
  matmul,
  mul,
  type ParameterSpec,
  relu,
  reshape,
  rmsNorm,
  softmax,
  type Tensor,
  type Trace,
  transpose,
} from "../engine/index.ts";
import { type Packing, pack, unpack } from "./packed-rows.ts";
import { bucketTable, relativeBucket } from "./relative-position.ts";
import type { T5Config } from "./t5-config.ts";
import { type T5Attention, type T5FeedForward, type T5Stack, type T5Tensors, t5Tensors } from "./t5-parameters.ts";

/** Keys and values of one layer's attention: of the source [B, H, S, k], or of beams' tokens [B, H, M, k]. */
export interface Memory {
  readonly keys: Tensor;
  readonly values: Tensor;
}

/** What the decoder reads when beams go on by one token. */
export interface NextPosition {
  /** Newest token of each beam: [B, M], or [1, rows]. */
  readonly tokens: Tensor;
  readonly packing?: Packing | undefined;
  /** By position of the past, the memory of each layer: [B, H, M', k], for as many beams M' as there were then. */
  readonly past: readonly (readonly Memory[])[];
  /** [B, 1, M, all M' + M]: hides tokens that a beam does not continue, and the newest ones of other beams. */
  readonly lineage: Tensor;
  /** Of the source, by layer, and [B, 1, 1, S] that hides its padding. */
  readonly memories: readonly Memory[];
  readonly mask: Tensor;
}

/** Where queries come from: rows of a padded batch, packed or not. */
interface Layout {
  readonly batch: number;
  readonly time: number;
  readonly packing?: Packing | undefined;
}

export class T5 {
  private readonly t: Trace;
  private readonly config: T5Config;
  private readonly tensors: T5Tensors;
  private readonly isTraining: boolean;

  constructor(t: Trace, config: T5Config, isTraining: boolean) {
    this.t = t;
    this.config = config;
    this.tensors = t5Tensors(config);
    this.isTraining = isTraining;
  }

  /** The token table, [vocabulary, d]; also the output head. */
  get shared(): Tensor {
    return this.t.parameter(this.tensors.shared);
  }

  /** Token ids (any shape) -> vectors [..., d]. */
  embed(tokens: Tensor): Tensor {
    return gather(this.shared, tokens);
  }

  /**
   * Input vectors [B, S, d] and additive mask [B, 1, 1, S] (0 or very negative) -> hidden states [B, S, d], or
   * [1, rows, d] where the positions that are there are packed.
   */
  encode(inputs: Tensor, mask: Tensor, packing?: Packing): Tensor {
    const [batch, time] = inputs.shape as [number, number];
    const layout = { batch, time, packing };
    const { encoder } = this.tensors;
    const bias = add(this.positionBias("encoder", encoder, time), mask);
    let hidden = this.drop(packing === undefined ? inputs : pack(inputs, packing));
    for (const { self, feed } of encoder.blocks) {
      hidden = add(hidden, this.drop(this.selfAttention(self, hidden, layout, bias)));
      hidden = add(hidden, this.drop(this.feedForward(feed, hidden)));
    }
    return this.drop(this.norm(encoder.norm, hidden));
  }

  /** What decoding needs of the encoder output [B, S, d], or of its packed rows: keys and values per decoder layer. */
  crossMemories(encoded: Tensor, packing?: Packing): Memory[] {
    const layout = packing === undefined ? layoutOf(encoded) : { ...packing, packing };
    return this.tensors.decoder.blocks.map(({ cross }) => this.memory(cross!, encoded, layout));
  }

  /**
   * Target tokens [B, M, L] given the source -> hidden states [B, M, L, d]. `mask` [B, 1, 1, S] hides source padding.
   */
  decode(tokens: Tensor, memories: readonly Memory[], mask: Tensor): Tensor {
    const [batch, beams, length] = tokens.shape as [number, number, number];
    const { width } = this.config;
    const { decoder } = this.tensors;
    const bias = add(this.positionBias("decoder", decoder, length), this.causalMask(length));
    let hidden = this.drop(reshape(this.embed(tokens), [batch * beams, length, width]));
    decoder.blocks.forEach(({ self, cross, feed }, i) => {
      hidden = add(hidden, this.drop(this.selfAttention(self, hidden, layoutOf(hidden), bias)));
      // Beams of one example share its source: they enter cross-attention as further queries, not as copies of the
      // memory.
      const queries = reshape(hidden, [batch, beams * length, width]);
      const crossed = this.drop(this.crossAttention(cross!, queries, layoutOf(queries), memories[i]!, mask));
      hidden = reshape(add(queries, crossed), [batch * beams, length, width]);
      hidden = add(hidden, this.drop(this.feedForward(feed, hidden)));
    });
    const normed = this.drop(this.norm(decoder.norm, hidden));
    return reshape(normed, [batch, beams, length, width]);
  }

  /**
   * Hidden states [B, M, d], or [1, rows, d], of tokens that continue what the decoder has read, and what later
   * positions need of them. All tokens of an example, of all its beams and positions, are one list of keys, of which
   * each beam sees its own: nothing is copied when beams part or end, and the scores of the others cost less than
   * sorting would.
   */
  decodeNext({ tokens, packing, past, lineage, memories, mask }: NextPosition): { hidden: Tensor; own: Memory[] } {
    const { decoder } = this.tensors;
    let hidden = this.embed(tokens);
    const layout = packing === undefined ? layoutOf(hidden) : { ...packing, packing };
    const widths = [...past.map(([first]) => first!.keys.shape[2]!), layout.time];
    const bias = add(this.stepBias(decoder, widths), lineage);
    const own: Memory[] = [];
    decoder.blocks.forEach(({ self, cross, feed }, i) => {
      const x = this.norm(self.norm, hidden);
      own.push(this.memory(self, x, layout));
      hidden = add(hidden, this.attend(self, x, layout, joined([...past.map((layers) => layers[i]!), own[i]!]), bias));
      hidden = add(hidden, this.crossAttention(cross!, hidden, layout, memories[i]!, mask));
      hidden = add(hidden, this.feedForward(feed, hidden));
    });
    return { hidden: this.norm(decoder.norm, hidden), own };
  }

  /** Hidden states [..., d] -> logits [..., vocabulary]. The factor belongs to the tied head. */
  logits(hidden: Tensor): Tensor {
    return matmul(mul(hidden, this.config.width ** -0.5), transpose(this.shared));
  }

  private drop(x: Tensor): Tensor {
    return this.isTraining ? dropout(x, this.config.dropout) : x;
  }

  private norm(weight: ParameterSpec, x: Tensor): Tensor {
    return rmsNorm(x, this.t.parameter(weight), this.config.epsilon);
  }

  /** x W^T with W [out, in]. */
  private linear(weight: ParameterSpec, x: Tensor): Tensor {
    return matmul(x, transpose(this.t.parameter(weight)));
  }

  /**
   * Project and split heads: [B, H, T, k]. Whole head vectors move; turning keys to [.., k, T] costs nine times as
   * much.
   */
  private heads(weight: ParameterSpec, x: Tensor, { batch, time, packing }: Layout): Tensor {
    const { heads, headWidth } = this.config;
    const projected = this.linear(weight, x);
    const whole = packing === undefined ? projected : unpack(projected, packing);
    return transpose(reshape(whole, [batch, time, heads, headWidth]), [0, 2, 1, 3]);
  }

  private memory({ k, v }: T5Attention, x: Tensor, layout: Layout): Memory {
    return { keys: this.heads(k, x, layout), values: this.heads(v, x, layout) };
  }

  /** T5 attention has no 1/sqrt(k): the initialisation carries it. */
  private attend({ q, o }: T5Attention, x: Tensor, layout: Layout, { keys, values }: Memory, bias: Tensor): Tensor {
    const { batch, time, packing } = layout;
    const asked = this.heads(q, x, layout); // [B, H, T, k]
    const weights = this.drop(softmax(add(matmul(asked, transpose(keys)), bias))); // [B, H, T, S]
    const mixed = transpose(matmul(weights, values), [0, 2, 1, 3]); // [B, T, H, k]
    const whole = reshape(mixed, [batch, time, this.config.heads * this.config.headWidth]);
    return this.linear(o, packing === undefined ? whole : pack(whole, packing));
  }

  private selfAttention(layer: T5Attention, hidden: Tensor, layout: Layout, bias: Tensor): Tensor {
    const x = this.norm(layer.norm, hidden);
    return this.attend(layer, x, layout, this.memory(layer, x, layout), bias);
  }

  private crossAttention(layer: T5Attention, hidden: Tensor, layout: Layout, memory: Memory, mask: Tensor): Tensor {
    return this.attend(layer, this.norm(layer.norm, hidden), layout, memory, mask);
  }

  private feedForward({ norm, wi, wo }: T5FeedForward, hidden: Tensor): Tensor {
    const x = this.norm(norm, hidden);
    return this.linear(wo, this.drop(relu(this.linear(wi, x))));
  }

  /** One learned table per stack, held by its first layer: [1, H, T, T]. */
  private positionBias(name: "encoder" | "decoder", stack: T5Stack, length: number): Tensor {
    const numbers = bucketTable(length, length, this.bucketRule(name === "encoder"));
    return reshape(this.biasRows(name, stack, numbers), [1, this.config.heads, length, length]);
  }

  /** The same for one new position after `widths`' others, each of which as many tokens share: [1, H, 1, tokens]. */
  private stepBias(stack: T5Stack, widths: readonly number[]): Tensor {
    const rule = this.bucketRule(false);
    const numbers = widths.flatMap((width, position) =>
      new Array<number>(width).fill(relativeBucket(position - (widths.length - 1), rule)),
    );
    const bias = this.biasRows("decoder", stack, Int32Array.from(numbers));
    return reshape(bias, [1, this.config.heads, 1, numbers.length]);
  }

  private bucketRule(bidirectional: boolean) {
    const { relativeBuckets: buckets, relativeMaxDistance: maxDistance } = this.config;
    return { buckets, maxDistance, bidirectional };
  }

  /**
   * Biases of buckets, head after head. Single numbers are read: rows of heads would have to be turned, and onnxruntime
   * moves the turn to the full scores.
   */
  private biasRows(name: string, stack: T5Stack, numbers: Int32Array): Tensor {
    const { relativeBuckets, heads } = this.config;
    const places = Int32Array.from(
      { length: heads * numbers.length },
      (_, i) => numbers[i % numbers.length]! * heads + Math.floor(i / numbers.length),
    );
    return gather(
      reshape(this.t.parameter(stack.bias), [relativeBuckets * heads, 1]),
      this.t.constant(`${name}.buckets`, places, [places.length]),
    );
  }

  private causalMask(length: number): Tensor {
    const mask = Float32Array.from({ length: length * length }, (_, i) =>
      i % length > Math.floor(i / length) ? HIDDEN : 0,
    );
    return this.t.constant("causalMask", mask, [1, 1, length, length]);
  }
}

const layoutOf = (x: Tensor): Layout => ({ batch: x.shape[0]!, time: x.shape[1]! });

/** Memories of several positions as one. */
function joined(parts: readonly Memory[]): Memory {
  if (parts.length === 1) return parts[0]!;
  return {
    keys: concat(
      parts.map(({ keys }) => keys),
      2,
    ),
    values: concat(
      parts.map(({ values }) => values),
      2,
    ),
  };
}

/** Additive mask [B, 1, 1, S] with `visible` leading always-visible positions before the fed part [B, S - visible]. */
export function prependVisible(mask: Tensor, visible: number): Tensor {
  const batch = mask.shape[0]!;
  const parts = visible === 0 ? [mask] : [mask.trace.fill(0, [batch, visible]), mask];
  const whole = concat(parts, 1);
  return reshape(whole, [batch, 1, 1, whole.shape[1]!]);
}
