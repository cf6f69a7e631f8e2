// Histories' texts through the learned map, many at once: what `mapped(textProfile(...))` makes of each.
import type { Matrix } from "../../base/matrix.ts";
import {
  add,
  type CompileOptions,
  compile,
  type Executable,
  floats,
  matmul,
  ProgramCache,
  type Tensor,
  type Trace,
  trace,
  unitRows,
} from "../../engine/index.ts";
import { MOST_QUERIES, rowsFor } from "./products.ts";
import { addProfile, type TextMap } from "./text-map.ts";

const inputs = (size: number, columns: number, rank: number) => ({
  profile: floats(size, columns),
  down: floats(columns, rank),
  up: floats(rank, columns),
});

/** It holds native memory: call `dispose()`. */
export class MappedProfiles {
  private readonly texts: Matrix;
  private readonly map: TextMap;
  private readonly programs = new ProgramCache();
  private readonly compileOptions: CompileOptions;

  constructor(texts: Matrix, map: TextMap, compileOptions: CompileOptions) {
    this.texts = texts;
    this.map = map;
    this.compileOptions = compileOptions;
  }

  /** [d] each, of unit length; zeros where no item of the history has a text. */
  async of(histories: readonly Int32Array[]): Promise<Float32Array[]> {
    const { columns } = this.texts;
    const out: Float32Array[] = [];
    for (let at = 0; at < histories.length; at += MOST_QUERIES) {
      const block = histories.slice(at, at + MOST_QUERIES);
      const vectors = await this.block(block);
      block.forEach((_, i) => {
        out.push(vectors.subarray(i * columns, (i + 1) * columns));
      });
    }
    return out;
  }

  async dispose(): Promise<void> {
    await this.programs.dispose();
  }

  private async block(histories: readonly Int32Array[]): Promise<Float32Array> {
    const { texts, map } = this;
    const size = rowsFor(histories.length);
    const profile = new Float32Array(size * texts.columns);
    histories.forEach((history, i) => {
      addProfile(texts, history, profile, i * texts.columns);
    });
    const program = await this.programs.get(`${size}`, () => this.compile(size));
    const { vectors } = await program.run<"vectors">({ profile, down: map.down, up: map.up });
    return vectors as Float32Array;
  }

  private compile(size: number): Promise<Executable> {
    const fed = inputs(size, this.texts.columns, this.map.rank);
    const program = trace((t: Trace): { vectors: Tensor } => {
      const { profile, down, up } = t.inputs(fed);
      const unit = unitRows(profile);
      return { vectors: unitRows(add(unit, matmul(matmul(unit, down), up))) };
    });
    return compile(program, this.compileOptions);
  }
}
