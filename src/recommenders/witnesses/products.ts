// Products of query vectors with all items, in blocks of one size: one program serves all questions.
import { type Matrix, row } from "../../base/matrix.ts";
import {
  type CompileOptions,
  compile,
  type Executable,
  floats,
  matmul,
  ProgramCache,
  trace,
  transpose,
} from "../../engine/index.ts";

const BLOCK = 64;
const inputs = ({ rows, columns }: Matrix) => ({ query: floats(BLOCK, columns), items: floats(rows, columns) });

/** It holds native memory: call `dispose()`. */
export class ItemProducts {
  readonly items: Matrix; // [nItems, d]
  private readonly programs = new ProgramCache(1);
  private readonly compileOptions: CompileOptions;

  constructor(items: Matrix, compileOptions: CompileOptions) {
    this.items = items;
    this.compileOptions = compileOptions;
  }

  /** query . item of each query [d] with all items [nItems], or with those of `among[i]`. */
  async of(queries: readonly Float32Array[], among?: readonly Int32Array[]): Promise<Float32Array[]> {
    if (among !== undefined) return queries.map((query, i) => productsWith(query, this.items, among[i]!));
    const out: Float32Array[] = [];
    for (let at = 0; at < queries.length; at += BLOCK) out.push(...(await this.block(queries.slice(at, at + BLOCK))));
    return out;
  }

  async dispose(): Promise<void> {
    await this.programs.dispose();
  }

  private async block(queries: readonly Float32Array[]): Promise<Float32Array[]> {
    const { rows, columns, data } = this.items;
    const query = new Float32Array(BLOCK * columns);
    queries.forEach((one, i) => {
      query.set(one, i * columns);
    });
    const program = await this.programs.get("products", () => this.compileProducts());
    const { products } = (await program.run({ query, items: data })) as { products: Float32Array };
    return queries.map((_, i) => products.slice(i * rows, (i + 1) * rows));
  }

  private compileProducts(): Promise<Executable> {
    const program = trace((t) => {
      const { query, items } = t.inputs(inputs(this.items));
      return { products: matmul(query, transpose(items)) };
    });
    return compile(program, this.compileOptions);
  }
}

function productsWith(query: Float32Array, items: Matrix, among: Int32Array): Float32Array {
  return Float32Array.from(among, (item) => {
    const own = row(items, item);
    let sum = 0;
    for (let c = 0; c < own.length; c++) sum += query[c]! * own[c]!;
    return sum;
  });
}
