// T5 as engine nodes, read from top to bottom: norms, attention, feed-forward, encoder stack, decoder stack, head.
// Parameter names and [out, in] layouts are Hugging Face's, so checkpoints load and save without renaming.
// Letters: B batch, M beams, S source positions, L target positions, H heads, k head width, d width.
import {
  add,
  concat,
  dropout,
  gather,
  HIDDEN,
  logSoftmax,
  matmul,
  mul,
  type ParameterSpec,
  relu,
  reshape,
  rmsNorm,
  slice,
  softmax,
  type Tensor,
  type Trace,
  transpose,
} from "../engine/index.ts";
import { bucketTable } from "./relative-position.ts";
import type { T5Config } from "./t5-config.ts";
import { type T5Attention, type T5FeedForward, type T5Stack, type T5Tensors, t5Tensors } from "./t5-parameters.ts";

/** Keys and values of one decoder layer's cross-attention: both [B, H, S, k]. */
export interface CrossMemory {
  readonly keys: Tensor;
  readonly values: Tensor;
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

  /** Input vectors [B, S, d] and additive mask [B, 1, 1, S] (0 or very negative) -> hidden states [B, S, d]. */
  encode(inputs: Tensor, mask: Tensor): Tensor {
    const length = inputs.shape[1]!;
    const { encoder } = this.tensors;
    const bias = add(this.positionBias("encoder", encoder, length), mask);
    let hidden = this.drop(inputs);
    for (const { self, feed } of encoder.blocks) {
      hidden = add(hidden, this.drop(this.selfAttention(self, hidden, bias)));
      hidden = add(hidden, this.drop(this.feedForward(feed, hidden)));
    }
    return this.drop(this.norm(encoder.norm, hidden));
  }

  /** What decoding needs of the encoder output [B, S, d]: keys and values per decoder layer. */
  crossMemories(encoded: Tensor): CrossMemory[] {
    return this.tensors.decoder.blocks.map(({ cross }) => ({
      keys: this.heads(cross!.k, encoded),
      values: this.heads(cross!.v, encoded),
    }));
  }

  /**
   * Target tokens [B, M, L] given the source -> hidden states [B, M, L, d]. `mask` [B, 1, 1, S] hides source padding.
   */
  decode(tokens: Tensor, memories: readonly CrossMemory[], mask: Tensor): Tensor {
    const [batch, beams, length] = tokens.shape as [number, number, number];
    const { width } = this.config;
    const { decoder } = this.tensors;
    const bias = add(this.positionBias("decoder", decoder, length), this.causalMask(length));
    let hidden = this.drop(reshape(this.embed(tokens), [batch * beams, length, width]));
    decoder.blocks.forEach(({ self, cross, feed }, i) => {
      hidden = add(hidden, this.drop(this.selfAttention(self, hidden, bias)));
      // Beams of one example share its source: they enter cross-attention as further queries, not as copies of the
      // memory.
      const queries = reshape(hidden, [batch, beams * length, width]);
      const crossed = this.drop(this.crossAttention(cross!, queries, memories[i]!, mask));
      hidden = reshape(add(queries, crossed), [batch * beams, length, width]);
      hidden = add(hidden, this.drop(this.feedForward(feed, hidden)));
    });
    const normed = this.drop(this.norm(decoder.norm, hidden));
    return reshape(normed, [batch, beams, length, width]);
  }

  /** Hidden states [..., d] -> logits [..., vocabulary]. The factor belongs to the tied head. */
  logits(hidden: Tensor): Tensor {
    return matmul(mul(hidden, this.config.width ** -0.5), transpose(this.shared));
  }

  /**
   * Log-probabilities of the token after the last position: hidden [B, M, L, d] -> [B, M, vocabulary]. What
   * an additive mask [B, M, vocabulary] hides does not compete.
   */
  nextLogProbabilities(hidden: Tensor, mask?: Tensor): Tensor {
    const [batch, beams, length, width] = hidden.shape as [number, number, number, number];
    const last = reshape(slice(hidden, 2, length - 1, length), [batch * beams, width]);
    const logits = this.logits(last);
    const { vocabulary } = this.config;
    const competing = mask === undefined ? logits : add(logits, reshape(mask, [batch * beams, vocabulary]));
    return reshape(logSoftmax(competing), [batch, beams, vocabulary]);
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
   * Project [B, T, d] and split heads: [B, H, T, k]. Whole head vectors move; turning keys to [.., k, T] costs nine
   * times as much.
   */
  private heads(weight: ParameterSpec, x: Tensor): Tensor {
    const { heads, headWidth } = this.config;
    const [batch, time] = x.shape as [number, number];
    return transpose(reshape(this.linear(weight, x), [batch, time, heads, headWidth]), [0, 2, 1, 3]);
  }

  /** T5 attention has no 1/sqrt(k): the initialisation carries it. */
  private attend({ q, o }: T5Attention, queries: Tensor, { keys, values }: CrossMemory, bias: Tensor): Tensor {
    const [batch, time] = queries.shape as [number, number];
    const asked = this.heads(q, queries); // [B, H, T, k]
    const weights = this.drop(softmax(add(matmul(asked, transpose(keys)), bias))); // [B, H, T, S]
    const mixed = transpose(matmul(weights, values), [0, 2, 1, 3]); // [B, T, H, k]
    return this.linear(o, reshape(mixed, [batch, time, this.config.heads * this.config.headWidth]));
  }

  private selfAttention(layer: T5Attention, hidden: Tensor, bias: Tensor): Tensor {
    const x = this.norm(layer.norm, hidden);
    const memory = { keys: this.heads(layer.k, x), values: this.heads(layer.v, x) };
    return this.attend(layer, x, memory, bias);
  }

  private crossAttention(layer: T5Attention, hidden: Tensor, memory: CrossMemory, mask: Tensor): Tensor {
    return this.attend(layer, this.norm(layer.norm, hidden), memory, mask);
  }

  private feedForward({ norm, wi, wo }: T5FeedForward, hidden: Tensor): Tensor {
    const x = this.norm(norm, hidden);
    return this.linear(wo, this.drop(relu(this.linear(wi, x))));
  }

  /** One learned table per stack, held by its first layer: [1, H, T, T]. */
  private positionBias(name: "encoder" | "decoder", stack: T5Stack, length: number): Tensor {
    const { relativeBuckets: buckets, relativeMaxDistance: maxDistance, heads } = this.config;
    const table = this.t.parameter(stack.bias);
    const numbers = bucketTable(length, length, { buckets, maxDistance, bidirectional: name === "encoder" });
    // Single numbers read head by head: rows of heads would have to be turned, and onnxruntime moves the turn to the
    // full scores.
    const places = Int32Array.from(
      { length: heads * numbers.length },
      (_, i) => numbers[i % numbers.length]! * heads + Math.floor(i / numbers.length),
    );
    const bias = gather(
      reshape(table, [buckets * heads, 1]),
      this.t.constant(`${name}.buckets`, places, [places.length]),
    );
    return reshape(bias, [1, heads, length, length]);
  }

  private causalMask(length: number): Tensor {
    const mask = Float32Array.from({ length: length * length }, (_, i) =>
      i % length > Math.floor(i / length) ? HIDDEN : 0,
    );
    return this.t.constant("causalMask", mask, [1, 1, length, length]);
  }
}

/** Additive mask [B, 1, 1, S] with `visible` leading always-visible positions before the fed part [B, S - visible]. */
export function prependVisible(mask: Tensor, visible: number): Tensor {
  const batch = mask.shape[0]!;
  const parts = visible === 0 ? [mask] : [mask.trace.fill(0, [batch, visible]), mask];
  const whole = concat(parts, 1);
  return reshape(whole, [batch, 1, 1, whole.shape[1]!]);
}
