// T5's parameters: names and shapes as in Hugging Face checkpoints, and its initialisation (factor 1).
import type { Random } from "../base/random.ts";
import type { T5Config } from "./t5-config.ts";

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Standard deviation of the initial normal draw; "ones" for norms. */
  readonly init: number | "ones";
}

/** Every parameter of the architecture, in checkpoint order. */
export function t5Parameters(config: T5Config): ParameterSpec[] {
  const { vocabulary, width: d, heads, headWidth, feedForward } = config;
  const inner = heads * headWidth;
  const attention = (name: string): ParameterSpec[] => [
    { name: `${name}.q.weight`, shape: [inner, d], init: (d * headWidth) ** -0.5 },
    { name: `${name}.k.weight`, shape: [inner, d], init: d ** -0.5 },
    { name: `${name}.v.weight`, shape: [inner, d], init: d ** -0.5 },
    { name: `${name}.o.weight`, shape: [d, inner], init: inner ** -0.5 },
  ];
  const norm = (name: string): ParameterSpec => ({ name: `${name}.weight`, shape: [d], init: "ones" });
  const feed = (name: string): ParameterSpec[] => [
    { name: `${name}.DenseReluDense.wi.weight`, shape: [feedForward, d], init: d ** -0.5 },
    { name: `${name}.DenseReluDense.wo.weight`, shape: [d, feedForward], init: feedForward ** -0.5 },
    norm(`${name}.layer_norm`),
  ];
  const bias = (stack: string): ParameterSpec => ({
    name: `${stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`,
    shape: [config.relativeBuckets, heads],
    init: d ** -0.5,
  });
  const encoder = Array.from({ length: config.encoderLayers }, (_, i) => `encoder.block.${i}.layer`).flatMap(
    (layer) => [...attention(`${layer}.0.SelfAttention`), norm(`${layer}.0.layer_norm`), ...feed(`${layer}.1`)],
  );
  const decoder = Array.from({ length: config.decoderLayers }, (_, i) => `decoder.block.${i}.layer`).flatMap(
    (layer) => [
      ...attention(`${layer}.0.SelfAttention`),
      norm(`${layer}.0.layer_norm`),
      ...attention(`${layer}.1.EncDecAttention`),
      norm(`${layer}.1.layer_norm`),
      ...feed(`${layer}.2`),
    ],
  );
  return [
    { name: "shared.weight", shape: [vocabulary, d], init: 1 },
    bias("encoder"),
    ...encoder,
    norm("encoder.final_layer_norm"),
    bias("decoder"),
    ...decoder,
    norm("decoder.final_layer_norm"),
  ];
}

/** A fresh value for one parameter. */
export function initialValue({ shape, init }: ParameterSpec, random: Random): Float32Array {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return init === "ones" ? new Float32Array(size).fill(1) : random.normals(size, init);
}
