// Reverse-mode differentiation of a traced scalar.
import { internal, UsageError } from "../../base/errors.ts";
import { add, scatterAdd } from "../ops.ts";
import type { OpName, Tensor } from "../trace/tensor.ts";
import { isOp, sizeOf } from "../trace/tensor.ts";
import { gradientRules } from "./rules.ts";

/**
 * Gradients of the scalar `loss` with respect to `wrt`, as nodes of the same trace.
 * A tensor that the loss does not depend on gets zeros.
 * @throws UsageError when `loss` is not a float32 scalar.
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (sizeOf(loss.shape) !== 1 || loss.dtype !== "float32") {
    throw new UsageError(`gradients: loss has shape [${loss.shape}] and type ${loss.dtype}, expected a float32 scalar`);
  }
  const onPath = dependents(loss, wrt);
  const collected = new Map<Tensor, Tensor>([[loss, loss.trace.fill(1, loss.shape)]]);
  // Ids grow along execution order, so walking them backwards visits each node after all its users.
  for (const node of [...onPath].sort((a, b) => b.id - a.id)) {
    const dy = collected.get(node);
    if (dy === undefined || node.inputs.length === 0) continue;
    inputGradients(node, dy).forEach((gradient, i) => {
      const input = node.inputs[i]!;
      if (gradient === undefined || !onPath.has(input)) return;
      const sofar = collected.get(input);
      collected.set(input, sofar === undefined ? gradient : addUp(sofar, gradient));
    });
  }
  return wrt.map((tensor) => collected.get(tensor) ?? loss.trace.fill(0, tensor.shape));
}

/** Rows that go to a table are added where they belong, not first to a table of zeros. */
function addUp(a: Tensor, b: Tensor): Tensor {
  const onto = (base: Tensor, rows: Tensor): Tensor | undefined => {
    const [indices, values, other] = rows.inputs;
    const fits = isOp(rows, "scatterAdd") && other === undefined;
    return fits ? scatterAdd(indices!, values!, rows.attributes.rows, base) : undefined;
  };
  return onto(a, b) ?? onto(b, a) ?? add(a, b);
}

type AnyRule = (node: Tensor, dy: Tensor) => readonly (Tensor | undefined)[];

function inputGradients(node: Tensor, dy: Tensor): readonly (Tensor | undefined)[] {
  const rule = (gradientRules as Readonly<Partial<Record<OpName, AnyRule>>>)[node.op];
  if (rule === undefined) throw internal(`op ${node.op} has no gradient rule`);
  return rule(node, dy);
}

/** Nodes between `wrt` and `loss`, both included. */
function dependents(loss: Tensor, wrt: readonly Tensor[]): Set<Tensor> {
  const targets = new Set(wrt);
  const verdicts = new Map<Tensor, boolean>();
  // Iterative depth-first walk: T5 graphs are thousands of nodes deep.
  const stack: Tensor[] = [loss];
  while (stack.length > 0) {
    const node = stack.at(-1)!;
    if (verdicts.has(node)) {
      stack.pop();
      continue;
    }
    const open = node.inputs.filter((input) => !verdicts.has(input));
    if (open.length > 0) {
      stack.push(...open);
      continue;
    }
    verdicts.set(node, targets.has(node) || node.inputs.some((input) => verdicts.get(input) === true));
    stack.pop();
  }
  return new Set([...verdicts].flatMap(([node, isOn]) => (isOn ? [node] : [])));
}
