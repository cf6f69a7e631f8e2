// A decoder without a model: next-token log-probabilities are a fixed pseudo-random function of the prefix.
// Values are multiples of 1/64, so that sums are exact in 32 bits and ties really occur.
import { Random } from "../../src/base/random.ts";
import type { DecoderStep } from "../../src/generation/index.ts";

export interface TinyDecoder {
  readonly vocabulary: number;
  logProbs(row: number, prefix: readonly number[]): readonly number[];
  readonly step: DecoderStep;
  /** Shapes `step` was called with. */
  readonly calls: { rows: number; beams: number; length: number }[];
}

export function tinyDecoder(vocabulary: number, seed: number, levels = 64): TinyDecoder {
  const cache = new Map<string, number[]>();
  const calls: TinyDecoder["calls"] = [];
  const logProbs = (row: number, prefix: readonly number[]) => {
    const label = `${row}:${prefix.join(",")}`;
    const known = cache.get(label);
    if (known) return known;
    const random = Random.of(seed, label);
    const values = Array.from({ length: vocabulary }, () => -(1 + random.below(levels)) / 64);
    cache.set(label, values);
    return values;
  };
  const step: DecoderStep = async (prefixes, rows, beams, length) => {
    calls.push({ rows, beams, length });
    const out = new Float32Array(rows * beams * vocabulary);
    for (let row = 0; row < rows; row++) {
      for (let beam = 0; beam < beams; beam++) {
        const slot = row * beams + beam;
        const prefix = Array.from(prefixes.subarray(slot * length, (slot + 1) * length));
        out.set(logProbs(row, prefix), slot * vocabulary);
      }
    }
    return out;
  };
  return { vocabulary, logProbs, step, calls };
}

/** A decoder given as a table from prefixes (without the start token) to log-probabilities; others are impossible. */
export function tableDecoder(vocabulary: number, table: Readonly<Record<string, Readonly<Record<number, number>>>>) {
  const step: DecoderStep = async (prefixes, rows, beams, length) => {
    const out = new Float32Array(rows * beams * vocabulary).fill(Number.NEGATIVE_INFINITY);
    for (let slot = 0; slot < rows * beams; slot++) {
      const entry = table[prefixes.slice(slot * length + 1, (slot + 1) * length).join(" ")] ?? {};
      for (const [token, value] of Object.entries(entry)) out[slot * vocabulary + Number(token)] = value;
    }
    return out;
  };
  return step;
}
