// Exact scores of few candidates (direct recommendation): the teacher-forced alternative to beam search.
// Every inner node of a row's tree is evaluated once, level by level, so candidates share the work of their common
// prefixes; the result is what a beam search with as many beams as leaves would find.
import { internal } from "../base/errors.ts";
import type { DecoderStep } from "./beam-search.ts";
import { PrefixTree } from "./prefix-tree.ts";
import type { ScoredItems } from "./scored-items.ts";

export interface ExhaustiveOptions {
  /** One tree of candidates per row (`PrefixTree.restrictedTo`). */
  readonly trees: readonly PrefixTree[];
  readonly vocabulary: number;
  readonly step: DecoderStep;
  /** Decoder start token; T5: 0. */
  readonly startToken?: number | undefined;
  /** Prefixes per row and call of `step`; bounds the memory of its answer. Default 20. */
  readonly width?: number | undefined;
  /** As in beam search. Default 1. */
  readonly lengthPenalty?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Every leaf of every row with its score, best first; equal scores in token order. */
export async function exhaustiveScores(options: ExhaustiveOptions): Promise<ScoredItems[]> {
  const { trees, vocabulary, step, startToken = 0, width = 20, lengthPenalty = 1, signal } = options;
  const sums = trees.map((tree) => new Float64Array(tree.tokens.length));
  let level: Level = trees.map(() => [{ node: PrefixTree.ROOT, prefix: [startToken] }]);
  for (let length = 1; level.some((nodes) => nodes.length > 0); length++) {
    const widest = Math.max(...level.map((nodes) => nodes.length));
    for (let from = 0; from < widest; from += width) {
      signal?.throwIfAborted();
      const beams = Math.min(width, widest - from);
      const part = level.map((nodes) => nodes.slice(from, from + beams));
      const logProbs = await step(packPrefixes(part, beams, length), trees.length, beams, length);
      if (logProbs.length !== trees.length * beams * vocabulary) {
        throw internal(`the decoder step returned ${logProbs.length} values for ${trees.length} x ${beams} prefixes`);
      }
      part.forEach((nodes, row) => {
        nodes.forEach(({ node }, beam) => {
          addChildren(trees[row]!, node, sums[row]!, logProbs, (row * beams + beam) * vocabulary);
        });
      });
    }
    level = level.map((nodes, row) => nodes.flatMap((open) => innerChildren(trees[row]!, open)));
  }
  return trees.map((tree, row) => rankLeaves(tree, sums[row]!, lengthPenalty));
}

interface OpenNode {
  readonly node: number;
  readonly prefix: readonly number[];
}

/** Per row, the inner nodes of one depth. */
type Level = OpenNode[][];

function packPrefixes(level: Level, beams: number, length: number): Int32Array {
  const prefixes = new Int32Array(level.length * beams * length);
  level.forEach((nodes, row) => {
    nodes.forEach(({ prefix }, beam) => {
      prefixes.set(prefix, (row * beams + beam) * length);
    });
  });
  return prefixes;
}

function addChildren(tree: PrefixTree, node: number, sums: Float64Array, logProbs: Float32Array, base: number): void {
  for (let child = tree.offsets[node]!; child < tree.offsets[node + 1]!; child++) {
    sums[child] = sums[node]! + logProbs[base + tree.tokens[child]!]!;
  }
}

function innerChildren(tree: PrefixTree, { node, prefix }: OpenNode): OpenNode[] {
  const inner: OpenNode[] = [];
  for (let child = tree.offsets[node]!; child < tree.offsets[node + 1]!; child++) {
    if (tree.items[child]! < 0) inner.push({ node: child, prefix: [...prefix, tree.tokens[child]!] });
  }
  return inner;
}

function rankLeaves(tree: PrefixTree, sums: Float64Array, lengthPenalty: number): ScoredItems {
  const depths = new Int32Array(tree.tokens.length);
  const leaves: number[] = [];
  for (let node = 0; node < depths.length; node++) {
    if (tree.items[node]! >= 0) leaves.push(node);
    depths.fill(depths[node]! + 1, tree.offsets[node]!, tree.offsets[node + 1]!);
  }
  const scoreOf = (node: number) => sums[node]! / depths[node]! ** lengthPenalty;
  leaves.sort((a, b) => scoreOf(b) - scoreOf(a) || a - b);
  return {
    items: Int32Array.from(leaves, (node) => tree.items[node]!),
    scores: Float32Array.from(leaves, scoreOf),
  };
}
