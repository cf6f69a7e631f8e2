// Products of a tall matrix less its column means, a block of rows at a time: the centred matrix never exists as a
// whole.
import { stopIf } from "../base/errors.ts";
import { type Matrix, matrix } from "../base/matrix.ts";
import { compile, matmul, sub, type Tensor, trace, transpose } from "../engine/index.ts";
import { block } from "./blocked-matmul.ts";

const ROWS = 4096;

/** How products are computed. */
export interface ProductOptions {
  /** CPU threads; default: one per core. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** (a - mean)^T (a - mean): [n, n] in doubles, from sums over blocks of rows in floats. */
export async function centredGram(a: Matrix, mean: Float32Array, options: ProductOptions = {}): Promise<Float64Array> {
  const { columns } = a;
  const total = new Float64Array(columns * columns);
  const productOf = (x: Tensor): Tensor => matmul(transpose(x), x);
  await forEachBlock(a, mean, productOf, {}, options, (product) => {
    for (let i = 0; i < total.length; i++) total[i]! += product[i]!;
  });
  return total;
}

/** (a - mean) times the transpose of `right` [k, n]: [m, k]. */
export async function centredProduct(
  a: Matrix,
  mean: Float32Array,
  right: Matrix,
  options: ProductOptions = {},
): Promise<Matrix> {
  const out = matrix(a.rows, right.rows);
  const productOf = (x: Tensor): Tensor => matmul(x, transpose(x.trace.input("right", [right.rows, right.columns])));
  await forEachBlock(a, mean, productOf, { right: right.data }, options, (product, start, end) => {
    out.data.set(product.subarray(0, (end - start) * right.rows), start * right.rows);
  });
  return out;
}

/** The product of each block of at most `ROWS` rows; missing rows of the last one equal the mean. */
async function forEachBlock(
  a: Matrix,
  mean: Float32Array,
  productOf: (centred: Tensor) => Tensor,
  feeds: Readonly<Record<string, Float32Array>>,
  { threads, signal }: ProductOptions,
  visit: (product: Float32Array, start: number, end: number) => void,
): Promise<void> {
  const { rows, columns } = a;
  if (rows === 0 || columns === 0) return;
  // Blocks of equal height, so that the last one is nearly full.
  const height = Math.ceil(rows / Math.ceil(rows / ROWS));
  const program = await compile(
    trace((t) => ({ product: productOf(sub(t.input("x", [height, columns]), t.input("mean", [columns]))) })),
    { threads },
  );
  try {
    for (let start = 0; start < rows; start += height) {
      stopIf(signal, "stopped between two blocks");
      const end = Math.min(start + height, rows);
      const x = block(a, start, height);
      for (let r = end - start; r < height; r++) x.set(mean, r * columns);
      const { product } = await program.run({ x, mean, ...feeds });
      visit(product as Float32Array, start, end);
    }
  } finally {
    await program.dispose();
  }
}
