// Cuts a program at its sparse products, which run outside of sessions. Between two products lies one session; what
// only moves rows to or from a product (`host/row-expression.ts`) goes with the product.
import { isRowExpression, leavesOf, rowsRead } from "../host/row-expression.ts";
import { valueName } from "../onnx/emitter.ts";
import type { Tensor } from "../trace/tensor.ts";
import { isOp } from "../trace/tensor.ts";
import type { Program } from "../trace/trace.ts";

type Product = Tensor<"sparsePolynomial">;

export interface SessionStage {
  readonly kind: "session";
  readonly program: Program;
  /** Values of earlier stages that its nodes read. */
  readonly foreign: readonly Tensor[];
}

export interface ProductStage {
  readonly kind: "product";
  readonly product: Product;
  /** Nodes that are read off the result: gathers of its rows, and row expressions with it. */
  readonly reads: readonly Tensor[];
  /** Whether later stages, or the caller, want the result itself. */
  readonly isWanted: boolean;
}

export type Stage = SessionStage | ProductStage;

/** Stages in the order in which they run. */
export function planStages(program: Program): Stage[] {
  const placement = place(program);
  const needed = neededOf(program, placement);
  const latest = latestLevels(program, placement, needed);
  const levels = new Set([...latest.values(), ...placement.levels.values()]);
  const isOutput = new Set(Object.values(program.outputs));
  return [...levels]
    .sort((a, b) => a - b)
    .flatMap((level): Stage[] => {
      if (level % 2 === 1) return productStages(program, placement, needed, level, isOutput);
      const nodes = program.nodes.filter((node) => latest.get(node) === level);
      return nodes.length === 0 ? [] : [sessionStage(program, placement, needed, withMaskParts(nodes))];
    });
}

interface Placement {
  /** Even: sessions; odd: products and what is read off them. */
  readonly levels: ReadonlyMap<Tensor, number>;
  /** Product by the node that is read off it. */
  readonly readOff: ReadonlyMap<Tensor, Product>;
}

/** The earliest level of each node. */
function place(program: Program): Placement {
  const levels = new Map<Tensor, number>();
  const readOff = new Map<Tensor, Product>();
  const after = (tensors: readonly Tensor[], parity: 0 | 1): number =>
    tensors.reduce<number>((most, tensor) => {
      const level = levels.get(tensor) ?? 0;
      return Math.max(most, level % 2 === parity ? level : level + 1);
    }, parity);
  for (const node of program.nodes) {
    if (isOp(node, "input")) continue;
    const product = productReadBy(node, levels);
    if (isOp(node, "sparsePolynomial")) levels.set(node, after(leavesOf(node.inputs[0]!), 1));
    else if (product !== undefined) {
      readOff.set(node, product);
      levels.set(node, levels.get(product)!);
    } else levels.set(node, after(node.inputs, 0));
  }
  return { levels, readOff };
}

/** The product that a node can be read off; everything else that it reads must be there before. */
function productReadBy(node: Tensor, levels: ReadonlyMap<Tensor, number>): Product | undefined {
  const rows = rowsRead(node);
  if (rows !== undefined) return rows.product;
  if (!isRowExpression(node)) return undefined;
  const leaves = leavesOf(node);
  const [product, ...more] = new Set(leaves.filter((leaf) => isOp(leaf, "sparsePolynomial"))) as Set<Product>;
  if (product === undefined || more.length > 0) return undefined;
  const level = levels.get(product)!;
  return leaves.every((leaf) => leaf === product || (levels.get(leaf) ?? 0) < level) ? product : undefined;
}

/** What a node reads in its place. */
function readsOf(node: Tensor, { readOff }: Placement): readonly Tensor[] {
  if (isOp(node, "sparsePolynomial")) return leavesOf(node.inputs[0]!);
  if (!readOff.has(node)) return node.inputs;
  const rows = rowsRead(node);
  return rows === undefined ? leavesOf(node) : [rows.indices, rows.product];
}

function neededOf({ outputs }: Program, placement: Placement): ReadonlySet<Tensor> {
  const needed = new Set<Tensor>();
  const pending = Object.values(outputs);
  while (pending.length > 0) {
    const node = pending.pop()!;
    if (needed.has(node)) continue;
    needed.add(node);
    pending.push(...readsOf(node, placement));
  }
  return needed;
}

/**
 * The latest level of each node that runs in a session: whatever can wait for the last one does, so that there are few.
 */
function latestLevels(
  { nodes, outputs }: Program,
  placement: Placement,
  needed: ReadonlySet<Tensor>,
): ReadonlyMap<Tensor, number> {
  const { levels, readOff } = placement;
  const isInSession = (node: Tensor): boolean =>
    needed.has(node) && !isOp(node, "input") && !isOp(node, "sparsePolynomial") && !readOff.has(node);
  const last = Math.max(0, ...nodes.filter(isInSession).map((node) => levels.get(node)!));
  const latest = new Map(nodes.filter(isInSession).map((node) => [node, last]));
  for (const node of [...nodes].reverse()) {
    if (!needed.has(node) || isOp(node, "input")) continue;
    const bound = latest.get(node) ?? levels.get(node)! - 1;
    for (const read of readsOf(node, placement)) {
      if (latest.has(read)) latest.set(read, Math.min(latest.get(read)!, bound));
    }
  }
  // An input that is an output too is copied by a session.
  const copied = Object.values(outputs).filter((node) => isOp(node, "input"));
  for (const node of copied) latest.set(node, last);
  return latest;
}

function productStages(
  program: Program,
  placement: Placement,
  needed: ReadonlySet<Tensor>,
  level: number,
  isOutput: ReadonlySet<Tensor>,
): ProductStage[] {
  const here = program.nodes.filter(
    (node): node is Product =>
      needed.has(node) && isOp(node, "sparsePolynomial") && placement.levels.get(node) === level,
  );
  return here.map((product) => ({
    kind: "product",
    product,
    reads: program.nodes.filter((node) => needed.has(node) && placement.readOff.get(node) === product),
    isWanted:
      isOutput.has(product) ||
      program.nodes.some(
        (node) =>
          needed.has(node) && placement.readOff.get(node) !== product && readsOf(node, placement).includes(product),
      ),
  }));
}

/** Emission holds keep masks in a type of its own, so their parts go from no session to another: each cuts its own. */
function isMaskPart(node: Tensor): boolean {
  if (isOp(node, "input")) return node.attributes.role === "keepMask";
  return (isOp(node, "slice") || isOp(node, "reshape")) && isMaskPart(node.inputs[0]!);
}

function withMaskParts(nodes: readonly Tensor[]): readonly Tensor[] {
  const all = new Set(nodes);
  const add = (part: Tensor): void => {
    if (isOp(part, "input") || !isMaskPart(part)) return;
    for (const input of part.inputs) add(input);
    all.add(part);
  };
  for (const node of nodes) node.inputs.forEach(add);
  return [...all].sort((a, b) => a.id - b.id);
}

function sessionStage(
  { nodes: all, outputs, constants, keepMasks }: Program,
  placement: Placement,
  needed: ReadonlySet<Tensor>,
  nodes: readonly Tensor[],
): SessionStage {
  const here = new Set(nodes);
  const read = new Set([...nodes, ...nodes.flatMap((node) => node.inputs)]);
  const inputs = [...read].filter((node) => isOp(node, "input"));
  const leaving = all.flatMap((node) => {
    if (!needed.has(node) || here.has(node)) return [];
    return readsOf(node, placement).filter((from) => here.has(from) && !isOp(from, "input") && !isMaskPart(from));
  });
  const own = Object.entries(outputs).filter(([, node]) => here.has(node));
  const named = new Set(own.map(([, node]) => node));
  const exported = [...new Set(leaving)].filter((node) => !named.has(node));
  return {
    kind: "session",
    program: {
      nodes: [...inputs, ...nodes.filter((node) => !isOp(node, "input"))],
      inputs,
      outputs: Object.fromEntries([...own, ...exported.map((node) => [valueName(node), node] as const)]),
      constants: new Map([...constants].filter(([name]) => inputs.some((input) => input.attributes.name === name))),
      keepMasks,
    },
    foreign: [...read].filter((node) => !here.has(node) && !isOp(node, "input")),
  };
}
