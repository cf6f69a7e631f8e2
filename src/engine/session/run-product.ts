// A sparse product between two sessions, with the row expressions around it.
import { assign, filledRows, rowNumbers, rowsRead } from "../host/row-expression.ts";
import { sparsePolynomial } from "../host/sparse-polynomial.ts";
import type { Tensor } from "../trace/tensor.ts";
import type { ProductStage } from "./placement.ts";
import type { StageValues } from "./stage-values.ts";

/** Compute a product from `values` and write what is read off it; rows alone where nothing else is. */
export function runProduct(stage: ProductStage, values: StageValues, threads: number | undefined): void {
  const { product, reads, isWanted } = stage;
  const [start] = product.inputs as [Tensor];
  const gathers = reads.map(rowsRead);
  const areRows = !isWanted && gathers.every((read) => read !== undefined);
  const numbers = gathers.map((read) => read && rowNumbers(read, values.of));
  sparsePolynomial({
    ...product.attributes,
    width: product.shape[1]!,
    threads,
    rows: areRows ? joined(numbers as Int32Array[]) : undefined,
    fill: (x) => {
      assign(start, x, values.of);
      return filledRows(start, values.of);
    },
    visit: (y) => (areRows ? writeRows(reads, y, values) : writeAll(stage, numbers, y, values)),
  });
}

/** `y` holds the rows of one read after the other. */
function writeRows(reads: readonly Tensor[], y: Float32Array, values: StageValues): void {
  let at = 0;
  for (const node of reads) {
    values.write(node, (target) => {
      target.set(y.subarray(at, at + target.length));
      at += target.length;
    });
  }
}

/** `y` is the whole product. */
function writeAll(
  { product, reads, isWanted }: ProductStage,
  numbers: readonly (Int32Array | undefined)[],
  y: Float32Array,
  values: StageValues,
): void {
  values.set(product, y);
  for (const [i, node] of reads.entries()) {
    const rows = numbers[i];
    values.write(node, (target) => {
      if (rows === undefined) assign(node, target, values.of);
      else copyRows(y, rows, product.shape[1]!, target);
    });
  }
  // The memory behind y is the next product's.
  values.forget(product);
  if (isWanted) values.write(product, (target) => target.set(y));
}

function joined(lists: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

function copyRows(from: Float32Array, rows: Int32Array, width: number, to: Float32Array): void {
  rows.forEach((row, i) => {
    to.set(from.subarray(row * width, (row + 1) * width), i * width);
  });
}
