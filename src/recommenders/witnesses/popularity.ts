// How often an item was taken in training: what is left to say once the other witnesses have spoken, for or against.
import { testifyBy } from "./testify.ts";
import type { FixedVoice } from "./voice.ts";
import type { Witness } from "./witness.ts";

/** log(1 + training interactions) on the scale of the catalogue: mean 0, deviation 1. */
export interface CountScale {
  readonly mean: number;
  readonly deviation: number;
}

export function countScale(counts: Int32Array): CountScale {
  const logs = Float64Array.from(counts, (count) => Math.log1p(count));
  const mean = logs.reduce((sum, value) => sum + value, 0) / Math.max(1, logs.length);
  const variance = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, logs.length);
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

/** How often each item was taken, as weights and the popularity witness read it. [nItems] */
export function scaledCounts(counts: Int32Array, { mean, deviation }: CountScale): Float32Array {
  return Float32Array.from(counts, (count) => (Math.log1p(count) - mean) / deviation);
}

export function popularityWitness(scaled: Float32Array): Witness {
  const voice: FixedVoice = { kind: "fixed", values: scaled };
  return {
    name: "popularity",
    describes: "logarithm of how many people took the item, against the catalogue's mean",
    voice,
    testify: testifyBy(voice),
  };
}
