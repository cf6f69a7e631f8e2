// What moves and collects whole rows of tables: tables below one another, parts of them, and rows added where they
// belong. Around a sparse product such nodes need no program: their rows are written straight to where the product
// reads them, or from where it left them.
import { internal, UsageError } from "../../base/errors.ts";
import { sameShape } from "../trace/shapes.ts";
import type { TensorData } from "../trace/tensor.ts";
import { isOp, type Tensor } from "../trace/tensor.ts";

export type Lookup = (tensor: Tensor) => TensorData;

const isTable = ({ shape, dtype }: Tensor): boolean => shape.length === 2 && dtype === "float32";

/** A sum of tables none of which is repeated to fit the other. */
const isSumOfTables = (tensor: Tensor): boolean =>
  isOp(tensor, "add") && isTable(tensor) && tensor.inputs.every(({ shape }) => sameShape(shape, tensor.shape));

/** Zero but for rows that are known when it is computed. */
function isRowSparse(tensor: Tensor): boolean {
  if (isOp(tensor, "fill")) return tensor.attributes.value === 0;
  if (isOp(tensor, "scatterAdd")) return tensor.inputs[2] === undefined || isRowSparse(tensor.inputs[2]);
  if (isOp(tensor, "pad")) return tensor.attributes.axis === 0 && isRowSparse(tensor.inputs[0]!);
  return isSumOfTables(tensor) && tensor.inputs.every(isRowSparse);
}

/** Whether `assign` takes the node apart; if not it is a leaf, whose value it looks up. */
export function isRowExpression(tensor: Tensor): boolean {
  if (!isTable(tensor)) return false;
  if (isOp(tensor, "concat") || isOp(tensor, "pad") || isOp(tensor, "slice")) return tensor.attributes.axis === 0;
  if (isOp(tensor, "scatterAdd")) return true;
  // Two dense tables are better added by a program.
  return isSumOfTables(tensor) && tensor.inputs.some(isRowSparse);
}

/** Parts of an expression that are expressions again. */
function partsOf(tensor: Tensor): readonly Tensor[] {
  if (isOp(tensor, "slice")) return [];
  return isOp(tensor, "scatterAdd") ? tensor.inputs.slice(2) : tensor.inputs;
}

/** Tensors whose values `assign` looks up. */
export function leavesOf(tensor: Tensor): Tensor[] {
  if (isOp(tensor, "fill") && tensor.attributes.value === 0) return [];
  if (!isRowExpression(tensor)) return [tensor];
  if (isOp(tensor, "slice")) return [tensor.inputs[0]!];
  const own = isOp(tensor, "scatterAdd") ? tensor.inputs.slice(0, 2) : [];
  return [...own, ...partsOf(tensor).flatMap(leavesOf)];
}

/** Write the value of `tensor` [rows, width] to `target`. */
export function assign(tensor: Tensor, target: Float32Array, lookup: Lookup): void {
  const width = tensor.shape[1]!;
  if (!isRowExpression(tensor) && !isRowSparse(tensor)) target.set(lookup(tensor));
  else if (isOp(tensor, "concat")) {
    let at = 0;
    for (const input of tensor.inputs) {
      const size = input.shape[0]! * width;
      assign(input, target.subarray(at, at + size), lookup);
      at += size;
    }
  } else if (isOp(tensor, "slice")) {
    const { start, end } = tensor.attributes;
    target.set(lookup(tensor.inputs[0]!).subarray(start * width, end * width));
  } else if (isRowSparse(tensor)) {
    target.fill(0);
    accumulate(tensor, target, lookup);
  } else if (isOp(tensor, "pad")) {
    const [input] = tensor.inputs as [Tensor];
    const [from, to] = [tensor.attributes.before, tensor.attributes.before + input.shape[0]!];
    target.fill(0, 0, from * width);
    assign(input, target.subarray(from * width, to * width), lookup);
    target.fill(0, to * width);
  } else if (isOp(tensor, "scatterAdd")) {
    assign(tensor.inputs[2]!, target, lookup);
    addRows(tensor, target, lookup);
  } else {
    const sparse = tensor.inputs.findIndex(isRowSparse);
    assign(tensor.inputs[1 - sparse]!, target, lookup);
    accumulate(tensor.inputs[sparse]!, target, lookup);
  }
}

/** Add the rows of a row-sparse tensor to `target`. */
function accumulate(tensor: Tensor, target: Float32Array, lookup: Lookup): void {
  forEachRowSource(tensor, 0, (source, offset) => {
    const width = source.shape[1]!;
    addRows(source, target.subarray(offset * width, (offset + source.shape[0]!) * width), lookup);
  });
}

/** 1 for each row that may differ from zero; undefined where that is every row. */
export function filledRows(tensor: Tensor, lookup: Lookup): Uint8Array | undefined {
  if (!isRowSparse(tensor)) return undefined;
  const isFilled = new Uint8Array(tensor.shape[0]!);
  forEachRowSource(tensor, 0, (source, offset) => {
    for (const row of lookup(source.inputs[0]!)) isFilled[offset + row] = 1;
  });
  return isFilled;
}

function forEachRowSource(
  tensor: Tensor,
  offset: number,
  visit: (source: Tensor<"scatterAdd">, offset: number) => void,
): void {
  if (isOp(tensor, "scatterAdd")) visit(tensor, offset);
  const before = isOp(tensor, "pad") ? tensor.attributes.before : 0;
  for (const part of partsOf(tensor)) forEachRowSource(part, offset + before, visit);
}

function addRows({ inputs, shape }: Tensor<"scatterAdd">, target: Float32Array, lookup: Lookup): void {
  const [indices, values] = [lookup(inputs[0]!), lookup(inputs[1]!)];
  const [rows, width] = shape as [number, number];
  for (let i = 0; i < indices.length; i++) {
    const row = checkedRow(indices[i]!, rows);
    for (let c = 0; c < width; c++) target[row * width + c]! += values[i * width + c]!;
  }
}

function checkedRow(row: number, rows: number): number {
  if (row >= 0 && row < rows) return row;
  throw new UsageError(`row ${row} of a table with ${rows} rows, expected 0 to ${rows - 1}`);
}

/** Rows `indices` of a product, read through slices: row numbers of the product itself. */
export interface RowsRead {
  readonly product: Tensor<"sparsePolynomial">;
  readonly offset: number;
  /** Rows that may be asked for. */
  readonly rows: number;
  /** An input of the program. */
  readonly indices: Tensor<"input">;
}

/** A `gather` that reads rows of a product; undefined for anything else. */
export function rowsRead(tensor: Tensor): RowsRead | undefined {
  if (!isOp(tensor, "gather") || tensor.shape.length !== 2) return undefined;
  const [table, index] = tensor.inputs as [Tensor, Tensor];
  let [source, offset] = [table, 0];
  while (isOp(source, "slice") && source.attributes.axis === 0) {
    offset += source.attributes.start;
    source = source.inputs[0]!;
  }
  let indices = index;
  while (isOp(indices, "reshape")) indices = indices.inputs[0]!;
  if (!isOp(source, "sparsePolynomial") || !isOp(indices, "input")) return undefined;
  return { product: source, offset, rows: table.shape[0]!, indices };
}

/** Row numbers of the product, in the order of the indices. */
export function rowNumbers({ offset, rows, indices }: RowsRead, lookup: Lookup): Int32Array {
  const given = lookup(indices);
  if (!(given instanceof Int32Array)) throw internal("row numbers are not int32");
  return given.map((row) => offset + checkedRow(row, rows));
}
