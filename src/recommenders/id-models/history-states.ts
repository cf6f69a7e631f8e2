// Histories as vectors: what a trained query program makes of them, without the products that follow.
import {
  type CompileOptions,
  compile,
  type FeedsOf,
  floats,
  ProgramCache,
  type TensorData,
  trace,
} from "../../engine/index.ts";
import { fedHistories } from "./fed-histories.ts";
import { bucketOf } from "./histories.ts";
import type { Query, QueryContext } from "./id-model.ts";
import { batchQuery } from "./queries.ts";
import type { Vectors } from "./vectors.ts";

/** Histories read together: few sizes, so that one does not pay for many. */
const SIZES = [1, 2, 4, 8, 16, 32, 64] as const;
const MOST = 64;

/** Slots up to `longest`: finer than in training, as one history costs what its slots cost. */
function slotsUpTo(longest: number): readonly number[] {
  return [...[2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32].filter((length) => length < longest), longest];
}

/** The model reads no user. */
const NO_USER = 0;

const itemInputs = (nItems: number, width: number) => ({ scored: floats(nItems, width) });

/** It holds native memory: call `dispose()`. */
export class HistoryStates<O> {
  private readonly context: QueryContext<O>;
  private readonly query: Query<O>;
  private readonly vectors: Vectors;
  private readonly compileOptions: CompileOptions;
  private readonly programs = new ProgramCache(48);

  /** `query` reads no user. */
  constructor(context: QueryContext<O>, query: Query<O>, vectors: Vectors, compileOptions: CompileOptions) {
    this.context = context;
    this.query = query;
    this.vectors = vectors;
    this.compileOptions = compileOptions;
  }

  /** The vector [d] of each history. */
  async of(histories: readonly Int32Array[]): Promise<Float32Array[]> {
    const out = new Array<Float32Array>(histories.length);
    // Histories of similar length share a block.
    const sorted = [...histories.keys()].sort((a, b) => histories[a]!.length - histories[b]!.length);
    for (let at = 0; at < sorted.length; at += MOST) {
      const chosen = sorted.slice(at, at + MOST);
      const states = await this.block(chosen.map((i) => histories[i]!));
      const { width } = this.vectors;
      chosen.forEach((i, row) => {
        out[i] = states.subarray(row * width, (row + 1) * width);
      });
    }
    return out;
  }

  async dispose(): Promise<void> {
    await this.programs.dispose();
  }

  private async block(histories: readonly Int32Array[]): Promise<Float32Array> {
    const { context, query, vectors } = this;
    const rows = bucketOf(SIZES, histories.length);
    const filled = Array.from({ length: rows }, (_, i) => ({
      userIndex: NO_USER,
      history: histories[i] ?? histories[0]!,
    }));
    const { shape, feeds } = fedHistories(filled, query, context, slotsUpTo(query.lengths(context.options).at(-1)!));
    const inputs = itemInputs(context.nItems, vectors.width);
    const program = await this.programs.get(JSON.stringify(shape), () =>
      compile(
        trace((t) => ({ states: batchQuery(t, query, context, shape, t.inputs(inputs).scored) })),
        this.compileOptions,
      ),
    );
    const scored: FeedsOf<typeof inputs> = { scored: vectors.items };
    const all: Readonly<Record<string, TensorData>> = { ...vectors.parameters, ...scored, ...feeds };
    return (await program.run<"states">(all)).states as Float32Array;
  }
}
