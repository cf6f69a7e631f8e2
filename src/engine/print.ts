// Programs as text, for pinning in tests and for reading: one line a node.
import type { Tensor } from "./trace/tensor.ts";
import { isOp } from "./trace/tensor.ts";
import type { Program } from "./trace/trace.ts";

/** `%2 = matmul(%0, %1) : float32[2, 4]`, inputs first, outputs last. */
export function printProgram(program: Program): string {
  const numbers = new Map(program.nodes.map((node, i) => [node, `%${i}`]));
  const lines = program.nodes.map((node) => `${numbers.get(node)} = ${expression(node, numbers)} : ${type(node)}`);
  const outputs = Object.entries(program.outputs).map(([name, node]) => `${name} = ${numbers.get(node)}`);
  return [...lines, `return ${outputs.join(", ")}`].join("\n");
}

function type(node: Tensor): string {
  return `${node.dtype}[${node.shape.join(", ")}]`;
}

function expression(node: Tensor, numbers: ReadonlyMap<Tensor, string>): string {
  if (isOp(node, "input")) return `${node.attributes.role} "${node.attributes.name}"`;
  if (isOp(node, "sparsePolynomial")) {
    const { operator, coefficients } = node.attributes;
    const matrix = `<${operator.rows} x ${operator.columns}, ${operator.source.indices.length} entries>`;
    return `sparsePolynomial(${matrix}, ${numbers.get(node.inputs[0]!)}, coefficients=${JSON.stringify(coefficients)})`;
  }
  const attributes = Object.entries(node.attributes).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${node.op}(${[...node.inputs.map((input) => numbers.get(input)), ...attributes].join(", ")})`;
}
