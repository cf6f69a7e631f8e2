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
  const asked = areRows ? distinct(numbers as Int32Array[], product.shape[0]!) : undefined;
  sparsePolynomial({
    ...product.attributes,
    width: product.shape[1]!,
    threads,
    rows: asked?.rows,
    fill: (x) => {
      assign(start, x, values.of);
      return filledRows(start, values.of);
    },
    visit: (y) =>
      asked === undefined ? writeAll(stage, numbers, y, values) : writeRows(stage, asked.places, y, values),
  });
}

/** `y` holds the rows that the reads ask for, `places` where those of each read are. */
function writeRows(
  { product, reads }: ProductStage,
  places: readonly Int32Array[],
  y: Float32Array,
  values: StageValues,
): void {
  for (const [i, node] of reads.entries()) {
    values.write(node, (target) => copyRows(y, places[i]!, product.shape[1]!, target));
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

/**
 * Row numbers of several reads, each once, and where in that list those of each read are. Batches name popular items
 * thousands of times, and just theirs are the longest rows of the graph.
 */
function distinct(lists: readonly Int32Array[], rows: number): { rows: Int32Array; places: Int32Array[] } {
  const placeOf = new Int32Array(rows).fill(-1);
  const found = new Int32Array(rows);
  let count = 0;
  const places = lists.map((list) =>
    list.map((row) => {
      if (placeOf[row] === -1) {
        placeOf[row] = count;
        found[count++] = row;
      }
      return placeOf[row]!;
    }),
  );
  return { rows: found.subarray(0, count), places };
}

function copyRows(from: Float32Array, rows: Int32Array, width: number, to: Float32Array): void {
  rows.forEach((row, i) => {
    to.set(from.subarray(row * width, (row + 1) * width), i * width);
  });
}
