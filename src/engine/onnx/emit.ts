// Turns a traced program into ONNX bytes, op by op by the table in `rules.ts`.
import { internal } from "../../base/errors.ts";
import type { DType, OpName, Shape, Tensor } from "../trace/tensor.ts";
import type { Program } from "../trace/trace.ts";
import { type BoundInput, ELEMENT_TYPES, type EmitOptions, Emitter, type StoredInput, valueName } from "./emitter.ts";
import { emissionRules } from "./rules.ts";
import { encodeModel } from "./schema.ts";

/** What an input is fed as. */
export function elementType(input: Tensor<"input">, { byteMasks }: EmitOptions): DType | "uint8" {
  return byteMasks && input.attributes.role === "keepMask" ? "uint8" : input.dtype;
}

function castMasks(emitter: Emitter, { inputs }: Program): void {
  for (const input of inputs) {
    const { role, name } = input.attributes;
    if (role !== "keepMask") continue;
    emitter.replace(input, emitter.node("Cast", [name], emitter.fresh(), { to: ELEMENT_TYPES.float32 }));
  }
}

export interface Emission {
  readonly bytes: Uint8Array;
  readonly bound: ReadonlyMap<string, BoundInput>;
}

/**
 * ONNX bytes of a program; output names are the program's. Values of other programs come in under `valueName`. Inputs
 * that `stored` has lie in the bytes, and are not fed.
 */
export function emitOnnx(
  program: Program,
  options: EmitOptions,
  foreign: readonly Tensor[] = [],
  stored: ReadonlyMap<string, StoredInput> = new Map(),
): Emission {
  const emitter = new Emitter(options);
  const fed = program.inputs.filter((input) => {
    const value = stored.get(input.attributes.name);
    if (value !== undefined) emitter.store(input, value);
    return value === undefined;
  });
  // An output that is an input, or another output too, needs a copy under its own name; the others are written
  // directly.
  const copies = Object.entries(program.outputs).filter(([name, node]) => !emitter.claim(node, name));
  if (!options.byteMasks) castMasks(emitter, program);
  for (const node of program.nodes) {
    if (node.op === "input") continue;
    const rule = emissionRules[node.op] as ((e: Emitter, n: Tensor<OpName>, out: string) => void) | undefined;
    if (rule === undefined) throw internal(`op ${node.op} has no ONNX rule`);
    rule(emitter, node, emitter.nameOf(node));
  }
  for (const [name, node] of copies) emitter.node("Identity", [emitter.nameOf(node)], name);
  const value = (name: string, dtype: DType | "uint8", dims: Shape) => ({ name, elemType: ELEMENT_TYPES[dtype], dims });
  const { bound } = emitter;
  const bytes = encodeModel({
    nodes: emitter.nodes,
    initializers: emitter.initializers,
    inputs: [
      ...fed.map((input) => value(input.attributes.name, elementType(input, options), input.shape)),
      ...foreign.map((tensor) => value(valueName(tensor), tensor.dtype, tensor.shape)),
      ...[...bound].map(([name, { data, shape }]) =>
        value(name, data instanceof Int32Array ? "int32" : "float32", shape),
      ),
    ],
    outputs: Object.entries(program.outputs).map(([name, node]) => value(name, node.dtype, node.shape)),
  });
  return { bytes, bound };
}
