// Shape rules shared by ops, with errors that name the op and the shapes.
import type { Shape, Tensor } from "./tensor.ts";

/** Operands whose shapes do not fit an op: `matmul: shapes [2, 3] and [4, 5] do not fit (inner extents 3 and 4)`. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";

  constructor(op: string, shapes: readonly Shape[], why: string) {
    super(`${op}: shapes ${shapes.map((s) => `[${s.join(", ")}]`).join(" and ")} do not fit (${why})`);
  }
}

/** NumPy broadcasting of two shapes. @throws ShapeError */
export function broadcastShapes(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const x = a[a.length - i] ?? 1;
    const y = b[b.length - i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new ShapeError(op, [a, b], `extents ${x} and ${y}, ${i} from the end`);
    out[rank - i] = x === 1 ? y : x;
  }
  return out;
}

/** Axis as a non-negative number. @throws ShapeError */
export function normaliseAxis(op: string, tensor: Tensor, axis: number): number {
  const at = axis < 0 ? tensor.shape.length + axis : axis;
  if (!Number.isInteger(at) || at < 0 || at >= tensor.shape.length) {
    throw new ShapeError(op, [tensor.shape], `axis ${axis} is outside rank ${tensor.shape.length}`);
  }
  return at;
}

export function isExtent(extent: number): boolean {
  return Number.isInteger(extent) && extent >= 0;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, i) => extent === b[i]);
}

/** Extents with one replaced. */
export function withExtent(shape: Shape, axis: number, extent: number): number[] {
  return shape.map((old, i) => (i === axis ? extent : old));
}
