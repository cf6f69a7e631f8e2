// Products of query vectors with items: with all of them, in blocks of few sizes, or with those that are asked about.
import type { Matrix } from "../../base/matrix.ts";
import {
  type CompileOptions,
  compile,
  floats,
  gather,
  integers,
  matmul,
  ProgramCache,
  type Tensor,
  type TensorData,
  type Trace,
  trace,
  transpose,
} from "../../engine/index.ts";

/** Queries of one call: few sizes serve all, and one question does not pay for many. */
const SIZES = [1, 2, 4, 8, 16, 32, 64] as const;
export const MOST_QUERIES = 64;

/** Rows that a call with `count` queries writes. */
export function rowsFor(count: number): number {
  return SIZES.find((size) => size >= count) ?? MOST_QUERIES;
}

/** Lists are filled up to few lengths. */
const lengthFor = (longest: number): number =>
  longest <= 256 ? 8 * Math.ceil(longest / 8) : 2 ** Math.ceil(Math.log2(longest));

/** Items of a list that are looked at together, and numbers of their rows. */
const MOST_LISTED = 4096;
const MOST_GATHERED = 2 ** 22;

const itemInputs = ({ rows, columns }: Matrix) => ({ items: floats(rows, columns) });
const queryInputs = (size: number, columns: number) => ({ query: floats(size, columns) });
const listInputs = (size: number, each: number, columns: number, length: number) => ({
  queries: floats(size, each, columns),
  places: integers(size, length),
});

/** What is made of the products [size, nItems] of queries with all items. */
export type Finish = (products: Tensor) => Tensor;

/** It holds native memory: call `dispose()`. */
export class ItemProducts {
  readonly items: Matrix; // [nItems, d]
  private readonly programs = new ProgramCache(24);
  private readonly compileOptions: CompileOptions;
  private readonly finish: Finish;

  constructor(items: Matrix, compileOptions: CompileOptions, finish: Finish = (products) => products) {
    this.items = items;
    this.compileOptions = compileOptions;
    this.finish = finish;
  }

  /** query . item of each query [d] with all items [nItems]. */
  async of(queries: readonly Float32Array[]): Promise<Float32Array[]> {
    const { rows } = this.items;
    const out: Float32Array[] = [];
    for (let at = 0; at < queries.length; at += MOST_QUERIES) {
      const block = queries.slice(at, at + MOST_QUERIES);
      const products = new Float32Array(rowsFor(block.length) * rows);
      await this.write(block, products);
      block.forEach((_, i) => {
        out.push(products.slice(i * rows, (i + 1) * rows));
      });
    }
    return out;
  }

  /** Products of at most 64 queries with all items, below each other, into `out` of `rowsFor` rows. */
  async write(queries: readonly Float32Array[], out: Float32Array): Promise<void> {
    const { items } = this;
    const size = rowsFor(queries.length);
    const feeds = { query: below(queries, size, items.columns), items: items.data };
    await this.run(`all ${size}`, (t) => this.finish(this.productsIn(t, size)), feeds, out);
  }

  /** One number of each query's products: what `total` makes of them, [size, nItems] -> [size]. */
  async totals(queries: readonly Float32Array[], total: Finish): Promise<Float32Array> {
    const { items } = this;
    const out = new Float32Array(queries.length);
    for (let at = 0; at < queries.length; at += MOST_QUERIES) {
      const block = queries.slice(at, at + MOST_QUERIES);
      const size = rowsFor(block.length);
      const feeds = { query: below(block, size, items.columns), items: items.data };
      const found = await this.run(`totals ${size}`, (t) => total(this.productsIn(t, size)), feeds);
      out.set(found.subarray(0, block.length), at);
    }
    return out;
  }

  /**
   * Products of each question's queries (as many for each) with the items of its list: by question, then by item, then
   * by query. [length * each]
   */
  async listed(questions: readonly (readonly Float32Array[])[], lists: readonly Int32Array[]): Promise<Float32Array[]> {
    const each = questions[0]?.length ?? 1;
    const longest = Math.min(MOST_LISTED, Math.max(1, ...lists.map(({ length }) => length)));
    const room = Math.floor(MOST_GATHERED / (lengthFor(longest) * this.items.columns));
    const size = SIZES.findLast((one) => one <= room) ?? 1;
    const out = lists.map(({ length }) => new Float32Array(length * each));
    for (let at = 0; at < questions.length; at += size) {
      const asked = questions.slice(at, at + size);
      const own = lists.slice(at, at + size);
      for (let from = 0; own.some(({ length }) => length > from); from += MOST_LISTED) {
        const parts = own.map((list) => list.subarray(from, from + MOST_LISTED));
        (await this.listedBlock(asked, parts)).forEach((values, i) => {
          out[at + i]!.set(values, from * each);
        });
      }
    }
    return out;
  }

  async dispose(): Promise<void> {
    await this.programs.dispose();
  }

  private async listedBlock(questions: readonly (readonly Float32Array[])[], lists: readonly Int32Array[]) {
    const { items } = this;
    const size = rowsFor(questions.length);
    const each = questions[0]!.length;
    const length = lengthFor(Math.max(1, ...lists.map((list) => list.length)));
    const places = new Int32Array(size * length);
    lists.forEach((list, i) => {
      places.set(list, i * length);
    });
    const feeds = { queries: below(questions.flat(), size * each, items.columns), places, items: items.data };
    const found = await this.run(
      `listed ${size} ${each} ${length}`,
      (t) => listedIn(t, items, size, each, length),
      feeds,
    );
    return lists.map((list, i) => found.subarray(i * length * each, (i * length + list.length) * each));
  }

  private productsIn(t: Trace, size: number): Tensor {
    const { query } = t.inputs(queryInputs(size, this.items.columns));
    return matmul(query, transpose(t.inputs(itemInputs(this.items)).items));
  }

  private async run(
    name: string,
    build: (t: Trace) => Tensor,
    feeds: Readonly<Record<string, TensorData>>,
    into?: Float32Array,
  ): Promise<Float32Array> {
    const program = await this.programs.get(name, () =>
      compile(
        trace((t) => ({ products: build(t) })),
        this.compileOptions,
      ),
    );
    const { products } = await program.run<"products">(feeds, into && { products: into });
    return products as Float32Array;
  }
}

/** [size, length, each] */
function listedIn(t: Trace, items: Matrix, size: number, each: number, length: number): Tensor {
  const { queries, places } = t.inputs(listInputs(size, each, items.columns, length));
  return matmul(gather(t.inputs(itemInputs(items)).items, places), transpose(queries, [0, 2, 1]));
}

/** `rows` below each other, and zeros up to `size` of them. */
function below(rows: readonly Float32Array[], size: number, columns: number): Float32Array {
  const out = new Float32Array(size * columns);
  rows.forEach((one, i) => {
    out.set(one, i * columns);
  });
  return out;
}
