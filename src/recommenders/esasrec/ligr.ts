// LiGR layers (Borisyuk et al. 2025) as eSASRec uses them: pre-norm attention and a SwiGLU feed-forward part, each
// behind a gate that the state itself opens: x + sigmoid(G x) * part(norm(x)).
import { add, constant, mul, sigmoid, slice, type Tensor, type Trace, xavierNormal } from "../../engine/index.ts";
import { type LinearLayer, layerNorm, linear, linearLayer, normLayer } from "../id-models/layers.ts";
import { attention, type BlockOptions, dropIn } from "../id-models/transformer.ts";

export interface LigrSize {
  readonly width: number;
  readonly inner: number;
  readonly layers: number;
}

/** PyTorch's default, which the published code has. */
const EPSILON = 1e-5;

export type LigrLayer = ReturnType<typeof ligrLayer>;

export function ligrLayers(name: string, size: LigrSize): LigrLayer[] {
  return Array.from({ length: size.layers }, (_, l) => ligrLayer(`${name}.${l}`, size));
}

function ligrLayer(name: string, { width, inner }: LigrSize) {
  const layer = (part: string, inputs: number, outputs: number, bias: ReturnType<typeof constant> | false) =>
    linearLayer(`${name}.${part}`, { inputs, outputs }, xavierNormal, bias);
  const square = (part: string) => layer(part, width, width, constant(0));
  return {
    query: square("query"),
    key: square("key"),
    value: square("value"),
    output: square("output"),
    attentionNorm: normLayer(`${name}.attentionNorm`, width),
    attentionGate: square("attentionGate"),
    inner: layer("inner", width, inner, false),
    innerGate: layer("innerGate", width, inner, false),
    outer: layer("outer", inner, width, false),
    outerNorm: normLayer(`${name}.outerNorm`, width),
    outerGate: square("outerGate"),
  };
}

/** States [rows, length, d] after all layers; of the last one the newest `asked` slots: [rows, asked, d]. */
export function ligrStates(
  t: Trace,
  layers: readonly LigrLayer[],
  x: Tensor,
  mask: Tensor,
  asked: number,
  options: BlockOptions,
): Tensor {
  const length = x.shape[1]!;
  return layers.reduce((states, layer, l) => {
    const isLast = l === layers.length - 1;
    const newest = (y: Tensor, axis: number): Tensor => (isLast ? slice(y, axis, length - asked, length) : y);
    const read = layerNorm(t, layer.attentionNorm, states, EPSILON);
    const attended = attention(
      t,
      layer,
      { asking: newest(read, 1), states: read, mask: newest(mask, 2) },
      options.heads,
      dropIn(options),
    );
    return gatedParts(t, layer, newest(states, 1), attended, options);
  }, x);
}

function gatedParts(t: Trace, layer: LigrLayer, state: Tensor, attended: Tensor, options: BlockOptions): Tensor {
  const drop = dropIn(options);
  const gated = (gate: LinearLayer, own: Tensor, part: Tensor): Tensor =>
    add(own, mul(sigmoid(linear(t, gate, own)), drop(part)));
  const next = gated(layer.attentionGate, state, attended);
  const read = layerNorm(t, layer.outerNorm, next, EPSILON);
  const opened = linear(t, layer.innerGate, read);
  const inner = mul(mul(opened, sigmoid(opened)), linear(t, layer.inner, read));
  return gated(layer.outerGate, next, linear(t, layer.outer, drop(inner)));
}
