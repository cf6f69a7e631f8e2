// Two ways through a T5's decoder for a beam search: every position of every prefix anew in one program, and each
// position once. What the encoder made of the source is given.
import { packingInputs } from "../../src/backbone/packed-rows.ts";
import { type Memory, T5 } from "../../src/backbone/t5.ts";
import type { T5Config } from "../../src/backbone/t5-config.ts";
import {
  compile,
  logSoftmax,
  ProgramCache,
  reshape,
  slice,
  type Tensor,
  type TensorData,
  type Trace,
  trace,
} from "../../src/engine/index.ts";
import type { DecoderStep } from "../../src/generation/index.ts";
import { CachedDecoding } from "../../src/recommenders/generative/cached-decoding.ts";
import { ofFollowers, prefixStep } from "./prefix-step.ts";

type Feeds = Readonly<Record<string, TensorData>>;

/** Sources [rows, source] as `encoderMemories` gives them. */
export interface EncodedSources {
  readonly config: T5Config;
  readonly parameters: Feeds;
  /** `k0`, `v0`, ... [rows, H, source, k]. */
  readonly memories: Feeds;
  /** [rows, 1, 1, source] */
  readonly mask: TensorData;
  readonly rows: number;
  readonly source: number;
}

/** `dispose()` when done. */
export class T5Steps {
  private readonly given: EncodedSources;
  private readonly programs = new ProgramCache(256);

  constructor(given: EncodedSources) {
    this.given = given;
  }

  /** Computes whole prefixes at every step. */
  whole(): DecoderStep {
    const { config, rows } = this.given;
    return prefixStep(async (prefixes, rowOf) => {
      const beams = Math.max(
        ...Array.from({ length: rows }, (_, row) => rowOf.filter((other) => other === row).length),
      );
      const length = prefixes[0]!.length;
      const used = new Int32Array(rows);
      const slots = rowOf.map((row) => row * beams + used[row]!++);
      const tokens = new Int32Array(rows * beams * length);
      prefixes.forEach((prefix, beam) => {
        tokens.set(prefix, slots[beam]! * length);
      });
      const { next } = await this.run(`whole ${beams} ${length}`, { tokens }, (t) => {
        const t5 = new T5(t, config, false);
        const hidden = t5.decode(t.input("tokens", [rows, beams, length], "int32"), this.memoriesIn(t), this.maskIn(t));
        return { next: logSoftmax(t5.logits(slice(hidden, 2, length - 1, length))) };
      });
      return rowsOf(next as Float32Array, slots, config.vocabulary);
    });
  }

  /** Computes the newest position alone and keeps keys and values. */
  cached(beams: number): DecoderStep {
    const { config, rows } = this.given;
    const { vocabulary, heads, headWidth, width } = config;
    const decoding = new CachedDecoding(
      {
        batch: rows,
        vocabulary,
        trees: undefined,
        step: async ({ beams: room, past, packed }, feeds) => {
          const keys = past.reduce((sum, other) => sum + other, room);
          const found = await this.run(`step ${room} ${past} ${packed}`, feeds, (t) => {
            const { hidden, own } = new T5(t, config, false).decodeNext({
              tokens: t.input("newest", packed === undefined ? [rows, room] : [1, packed], "int32"),
              packing: packed === undefined ? undefined : packingIn(t, rows, room, packed),
              past: past.map((other, position) => layers(t, config, [rows, heads, other, headWidth], `@${position}`)),
              lineage: t.input("lineage", [rows, 1, room, keys]),
              memories: this.memoriesIn(t),
              mask: this.maskIn(t),
            });
            const kept = own.flatMap(({ keys: k, values: v }, i) => [
              [`k${i}@${past.length}`, k] as const,
              [`v${i}@${past.length}`, v] as const,
            ]);
            return { states: reshape(hidden, [packed ?? rows * room, width]), ...Object.fromEntries(kept) };
          });
          const { states, ...memories } = found;
          return { states: states as Float32Array, memories };
        },
        head: async (count, states, followers) => {
          const { next } = await this.run(`head ${count}`, { states }, (t) => ({
            next: logSoftmax(new T5(t, config, false).logits(t.input("states", [count, width]))),
          }));
          return followers === undefined
            ? (next as Float32Array)
            : ofFollowers(next as Float32Array, vocabulary, followers);
        },
      },
      beams,
    );
    return decoding.step;
  }

  dispose(): Promise<void> {
    return this.programs.dispose();
  }

  private memoriesIn(t: Trace): Memory[] {
    const { config, rows, source } = this.given;
    return layers(t, config, [rows, config.heads, source, config.headWidth], "");
  }

  private maskIn(t: Trace): Tensor {
    return t.input("mask", [this.given.rows, 1, 1, this.given.source]);
  }

  private async run(name: string, feeds: Feeds, build: (t: Trace) => Record<string, Tensor>) {
    const { parameters, memories, mask } = this.given;
    const program = await this.programs.get(name, () => compile(trace(build), { threads: 1 }));
    return program.run<string>({ ...parameters, ...memories, mask, ...feeds });
  }
}

/** Memories of sources [rows, source] under an additive mask [rows, 1, 1, source]. */
export async function encoderMemories(
  config: T5Config,
  parameters: Feeds,
  { ids, mask, rows, source }: { ids: TensorData; mask: TensorData; rows: number; source: number },
): Promise<Feeds> {
  const program = await compile(
    trace((t) => {
      const t5 = new T5(t, config, false);
      const inputs = t5.embed(t.input("ids", [rows, source], "int32"));
      const memories = t5.crossMemories(t5.encode(inputs, t.input("mask", [rows, 1, 1, source])));
      return Object.fromEntries(
        memories.flatMap(({ keys, values }, i) => [
          [`k${i}`, keys],
          [`v${i}`, values],
        ]),
      );
    }),
    { threads: 1 },
  );
  const found = await program.run<string>({ ...parameters, ids, mask });
  await program.dispose();
  return found;
}

function layers(t: Trace, { decoderLayers }: T5Config, extents: readonly number[], suffix: string): Memory[] {
  return Array.from({ length: decoderLayers }, (_, i) => ({
    keys: t.input(`k${i}${suffix}`, extents),
    values: t.input(`v${i}${suffix}`, extents),
  }));
}

const packingIn = (t: Trace, batch: number, time: number, rows: number) => ({
  batch,
  time,
  ...t.inputs(packingInputs(batch * time, rows)),
});

function rowsOf(values: Float32Array, rows: Int32Array, width: number): Float32Array {
  const chosen = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    chosen.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return chosen;
}
