// A decoder step without a memory of its own: it is told whole prefixes, start token first, as models are that compute
// every position anew.
import type { DecoderStep } from "../../src/generation/index.ts";

/** Log-probabilities `[beams, vocabulary]` of the tokens after prefixes of one length. */
export type AfterPrefixes = (prefixes: readonly (readonly number[])[], rowOf: Int32Array) => Promise<Float32Array>;

/** It begins anew wherever a search does. */
export function prefixStep(after: AfterPrefixes): DecoderStep {
  let before: readonly (readonly number[])[] = [];
  return async ({ rowOf, tokens, parents }) => {
    const prefixes = Array.from(tokens, (token, i) => (parents[i]! < 0 ? [token] : [...before[parents[i]!]!, token]));
    before = prefixes;
    return after(prefixes, rowOf);
  };
}
