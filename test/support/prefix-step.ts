// A decoder step without a memory of its own: it is told whole prefixes, start token first, as models are that compute
// every position anew.
import type { DecoderStep, Followers } from "../../src/generation/index.ts";

/** Log-probabilities `[beams, vocabulary]` of the tokens after prefixes of one length. */
export type AfterPrefixes = (prefixes: readonly (readonly number[])[], rowOf: Int32Array) => Promise<Float32Array>;

/** It begins anew wherever a search does. */
export function prefixStep(after: AfterPrefixes): DecoderStep {
  let before: readonly (readonly number[])[] = [];
  return async ({ rowOf, tokens, parents, followers }) => {
    const prefixes = Array.from(tokens, (token, i) => (parents[i]! < 0 ? [token] : [...before[parents[i]!]!, token]));
    before = prefixes;
    const all = await after(prefixes, rowOf);
    return followers === undefined ? all : ofFollowers(all, all.length / tokens.length, followers);
  };
}

/** Followers' values of rows of a vocabulary. */
export function ofFollowers(all: Float32Array, vocabulary: number, { starts, tokens }: Followers): Float32Array {
  const chosen = new Float32Array(tokens.length);
  for (let beam = 0; beam + 1 < starts.length; beam++) {
    for (let i = starts[beam]!; i < starts[beam + 1]!; i++) chosen[i] = all[beam * vocabulary + tokens[i]!]!;
  }
  return chosen;
}
