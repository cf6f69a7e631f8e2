// BERT, RoBERTa and MPNet as engine nodes: embeddings, layers (norm after each residual sum), pooling. Inference only.
// Letters: B texts, T positions, H heads, k head width, d width.
import {
  add,
  gather,
  gelu,
  layerNorm,
  matmul,
  relu,
  reshape,
  slice,
  softmax,
  type Tensor,
  type Trace,
  tanh,
  transpose,
} from "../engine/index.ts";
import { bucketTable } from "./relative-position.ts";
import type { TextEncoderConfig } from "./text-encoder-config.ts";

/** MPNet's rule for its bias, fixed in the architecture. */
const MAX_DISTANCE = 128;

export class TextEncoder {
  private readonly t: Trace;
  private readonly config: TextEncoderConfig;

  constructor(t: Trace, config: TextEncoderConfig) {
    this.t = t;
    this.config = config;
  }

  /**
   * Token ids [B, T] and additive mask [B, 1, 1, T] (0, or very negative on padding) -> last hidden states [B, T, d].
   */
  encode(tokens: Tensor, mask: Tensor): Tensor {
    const { layers, relativeBuckets } = this.config;
    const length = tokens.shape[1]!;
    const bias = relativeBuckets > 0 ? add(this.relativeBias(length), mask) : mask;
    let hidden = this.norm("embeddingNorm", add(gather(this.words(), tokens), this.positions(length)));
    for (let i = 0; i < layers; i++) {
      hidden = this.norm(`layer${i}.mixNorm`, add(hidden, this.attention(`layer${i}`, hidden, bias)));
      hidden = this.norm(`layer${i}.outerNorm`, add(hidden, this.feedForward(`layer${i}`, hidden)));
    }
    return hidden;
  }

  /** Hidden states [B, T, d] mixed with one weight per position [B, T] -> [B, d]. */
  pool(hidden: Tensor, weights: Tensor): Tensor {
    const [batch, length, width] = hidden.shape as [number, number, number];
    return reshape(matmul(reshape(weights, [batch, 1, length]), hidden), [batch, width]);
  }

  /** EasyRec's projection of pooled vectors [B, d]: dense, then tanh. */
  head(pooled: Tensor): Tensor {
    return tanh(this.dense("head", pooled, this.config.width));
  }

  private words(): Tensor {
    return this.t.parameter({ name: "words", shape: [this.config.vocabulary, this.config.width] });
  }

  /** [T, d]: padding lies behind the text, so positions are the same in every row. */
  private positions(length: number): Tensor {
    const { positions, width, firstPosition } = this.config;
    return slice(
      this.t.parameter({ name: "positions", shape: [positions, width] }),
      0,
      firstPosition,
      firstPosition + length,
    );
  }

  private norm(name: string, x: Tensor): Tensor {
    const part = (which: string) => this.t.parameter({ name: `${name}.${which}`, shape: [this.config.width] });
    return layerNorm(x, part("weight"), part("bias"), this.config.epsilon);
  }

  private dense(name: string, x: Tensor, out: number): Tensor {
    const product = matmul(x, this.t.parameter({ name: `${name}.weight`, shape: [x.shape.at(-1)!, out] }));
    return add(product, this.t.parameter({ name: `${name}.bias`, shape: [out] }));
  }

  /** Project [B, T, d] and split heads: [B, H, T, k]. Turning keys to [.., k, T] here would cost nine times as much. */
  private heads(name: string, x: Tensor): Tensor {
    const { heads, width } = this.config;
    const [batch, time] = x.shape as [number, number];
    return transpose(reshape(this.dense(name, x, width), [batch, time, heads, width / heads]), [0, 2, 1, 3]);
  }

  /** The factor 1/sqrt(k) is inside the query weights. */
  private attention(layer: string, x: Tensor, bias: Tensor): Tensor {
    const q = this.heads(`${layer}.query`, x); // [B, H, T, k]
    const k = this.heads(`${layer}.key`, x); // [B, H, T, k]
    const v = this.heads(`${layer}.value`, x); // [B, H, T, k]
    const weights = softmax(add(matmul(q, transpose(k)), bias)); // [B, H, T, T]
    const mixed = transpose(matmul(weights, v), [0, 2, 1, 3]); // [B, T, H, k]
    return this.dense(`${layer}.mix`, reshape(mixed, x.shape), this.config.width);
  }

  private feedForward(layer: string, x: Tensor): Tensor {
    const activation = this.config.activation === "gelu" ? gelu : relu;
    const inner = activation(this.dense(`${layer}.inner`, x, this.config.feedForward));
    return this.dense(`${layer}.outer`, inner, this.config.width);
  }

  /** One table for all layers: [1, H, T, T]. */
  private relativeBias(length: number): Tensor {
    const { relativeBuckets: buckets, heads } = this.config;
    const numbers = bucketTable(length, length, { buckets, maxDistance: MAX_DISTANCE, bidirectional: true });
    const table = this.t.parameter({ name: "relativeBias", shape: [buckets, heads] });
    const bias = gather(table, this.t.constant("buckets", numbers, [length * length]));
    return reshape(transpose(bias, [1, 0]), [1, heads, length, length]);
  }
}
