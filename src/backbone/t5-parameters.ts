// T5's learned tensors: names and shapes as in Hugging Face checkpoints, and its initialisation (factor 1).
import { constant, listed, normal, type ParameterSpec } from "../engine/index.ts";
import type { T5Config } from "./t5-config.ts";

export type T5Tensors = ReturnType<typeof t5Tensors>;
export type T5Stack = T5Tensors["encoder"];
export type T5Attention = T5Stack["blocks"][number]["self"];
export type T5FeedForward = T5Stack["blocks"][number]["feed"];

/**
 * The tensors by their part in the architecture, in checkpoint order. `tokenScale` is the token table's deviation at
 * the start.
 */
export function t5Tensors(config: T5Config, tokenScale = 1) {
  const { vocabulary, width: d, heads, headWidth, feedForward, relativeBuckets } = config;
  const inner = heads * headWidth;
  /** A matrix [out, in]. */
  const matrix = (name: string, shape: readonly [number, number], deviation: number): ParameterSpec => ({
    name: `${name}.weight`,
    shape,
    init: normal(deviation),
  });
  const norm = (name: string): ParameterSpec => ({ name: `${name}.weight`, shape: [d], init: constant(1) });
  const attention = (layer: string, kind: "SelfAttention" | "EncDecAttention") => ({
    q: matrix(`${layer}.${kind}.q`, [inner, d], (d * headWidth) ** -0.5),
    k: matrix(`${layer}.${kind}.k`, [inner, d], d ** -0.5),
    v: matrix(`${layer}.${kind}.v`, [inner, d], d ** -0.5),
    o: matrix(`${layer}.${kind}.o`, [d, inner], inner ** -0.5),
    norm: norm(`${layer}.layer_norm`),
  });
  const feed = (layer: string) => ({
    wi: matrix(`${layer}.DenseReluDense.wi`, [feedForward, d], d ** -0.5),
    wo: matrix(`${layer}.DenseReluDense.wo`, [d, feedForward], feedForward ** -0.5),
    norm: norm(`${layer}.layer_norm`),
  });
  /** The first layer holds the position bias of all. */
  const stack = (name: "encoder" | "decoder", layers: number) => ({
    bias: matrix(`${name}.block.0.layer.0.SelfAttention.relative_attention_bias`, [relativeBuckets, heads], d ** -0.5),
    blocks: Array.from({ length: layers }, (_, i) => `${name}.block.${i}.layer`).map((layer) => ({
      self: attention(`${layer}.0`, "SelfAttention"),
      cross: name === "decoder" ? attention(`${layer}.1`, "EncDecAttention") : undefined,
      feed: feed(name === "decoder" ? `${layer}.2` : `${layer}.1`),
    })),
    norm: norm(`${name}.final_layer_norm`),
  });
  return {
    shared: { ...matrix("shared", [vocabulary, d], tokenScale), rows: "tokens" },
    encoder: stack("encoder", config.encoderLayers),
    decoder: stack("decoder", config.decoderLayers),
  };
}

/** Every tensor of the architecture, in checkpoint order. */
export function t5Parameters(config: T5Config): ParameterSpec[] {
  return listed(t5Tensors(config));
}
