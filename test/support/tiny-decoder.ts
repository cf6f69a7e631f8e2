// A decoder without a model: next-token log-probabilities are a fixed pseudo-random function of the prefix.
// Values are multiples of 1/64, so that sums are exact in 32 bits and ties really occur.
import { Random } from "../../src/base/random.ts";
import type { DecoderStep } from "../../src/generation/index.ts";
import { prefixStep } from "./prefix-step.ts";

export interface TinyDecoder {
  readonly vocabulary: number;
  logProbs(row: number, prefix: readonly number[]): readonly number[];
  readonly step: DecoderStep;
  /** What `step` was called with: the row of each beam, and the length of their prefixes. */
  readonly calls: { rowOf: number[]; length: number }[];
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
  const step = prefixStep(async (prefixes, rowOf) => {
    calls.push({ rowOf: [...rowOf], length: prefixes[0]!.length });
    return Float32Array.from(prefixes.flatMap((prefix, beam) => logProbs(rowOf[beam]!, prefix)));
  });
  return { vocabulary, logProbs, step, calls };
}

/** A decoder given as a table from prefixes (without the start token) to log-probabilities; others are impossible. */
export function tableDecoder(vocabulary: number, table: Readonly<Record<string, Readonly<Record<number, number>>>>) {
  return prefixStep(async (prefixes) => {
    const out = new Float32Array(prefixes.length * vocabulary).fill(Number.NEGATIVE_INFINITY);
    for (const [beam, prefix] of prefixes.entries()) {
      const entry = table[prefix.slice(1).join(" ")] ?? {};
      for (const [token, value] of Object.entries(entry)) out[beam * vocabulary + Number(token)] = value;
    }
    return out;
  });
}
