// What doubles, from a small size on: each factor alone, the others at their first value.
import { T5_SMALL } from "../../src/backbone/t5-config.ts";

export const DOUBLINGS = 5;

/** A training step of a T5 with the width and depth of preset `mini`. */
export const BACKBONE = {
  config: {
    ...T5_SMALL,
    vocabulary: 2048,
    width: 128,
    heads: 4,
    headWidth: 32,
    feedForward: 512,
    encoderLayers: 2,
    decoderLayers: 2,
  },
  batch: 16,
  source: 32,
  target: 4,
} as const;

/** A LightGCN step: three layers of width 64. Items are half as many as users. */
export const GRAPH = { users: 4096, edgesPerUser: 8, width: 64 } as const;

export const FACTORS = {
  batch: { first: BACKBONE.batch, unit: `examples a batch (${BACKBONE.source} tokens)` },
  length: { first: BACKBONE.source, unit: `tokens a prompt (batch ${BACKBONE.batch})` },
  users: { first: GRAPH.users, unit: `users (${GRAPH.edgesPerUser} interactions each)` },
  edges: { first: GRAPH.users * GRAPH.edgesPerUser, unit: `interactions (${GRAPH.users} users)` },
} as const;

export type Factor = keyof typeof FACTORS;

/** Sizes of a factor: 1, 2, 4, ... times its first. */
export function sizesOf(factor: Factor): number[] {
  return Array.from({ length: DOUBLINGS }, (_, i) => FACTORS[factor].first * 2 ** i);
}
