// The tree of all valid token sequences: what constrained decoding may say next.
// Nodes are numbered breadth first, so that the children of a node are neighbours and the whole tree is four
// integer arrays. Built once for the catalogue; a request narrows it by dead nodes or by a small tree of its own.
import { UsageError } from "../base/errors.ts";

/** Token ids of one item: its canonical id tokens, then the end token. */
export type TokenSequence = ArrayLike<number>;

/** What one request may answer: the tree's leaves except those below dead nodes. */
export interface Constraint {
  readonly tree: PrefixTree;
  /** Nodes whose leaves are all excluded. A beam never enters one, so no beam can end in nothing. */
  readonly dead?: ReadonlySet<number> | undefined;
  /** Added to the score of whatever enters a node, by node: what else speaks for the items below it. */
  readonly bonus?: Float32Array | undefined;
}

/** Tokens that may follow beams: those of beam i, in ascending order, are `starts[i] .. starts[i + 1] - 1`. */
export interface Followers {
  readonly starts: Int32Array;
  readonly tokens: Int32Array;
}

const NOTHING = new Int32Array(0);

export class PrefixTree {
  static readonly ROOT = 0;
  readonly endToken: number;
  /** Length of the longest sequence, end token included. */
  readonly longest: number;
  /** Children of node n are the nodes offsets[n] .. offsets[n + 1] - 1, in ascending token order. [nodes + 1] */
  readonly offsets: Int32Array;
  /** Token on the edge that leads to node n; -1 at the root. [nodes] */
  readonly tokens: Int32Array;
  /** Item that ends at node n; -1 at inner nodes. [nodes] */
  readonly items: Int32Array;
  private readonly parents: Int32Array;
  private readonly leafCounts: Int32Array;
  private readonly leaves: Map<number, number>;
  private readonly sorted: SortedSequences;

  private constructor(sorted: SortedSequences, endToken: number) {
    const nodes = layOut(sorted, endToken);
    this.endToken = endToken;
    this.sorted = sorted;
    this.longest = nodes.longest;
    this.offsets = nodes.offsets;
    this.tokens = nodes.tokens;
    this.items = nodes.items;
    this.parents = nodes.parents;
    this.leaves = leafNodes(nodes.items);
    this.leafCounts = countLeaves(nodes);
  }

  /**
   * The tree of `sequences`; item i is `sequences[i]`.
   * @throws UsageError when there is none, when one does not end with the only occurrence of `endToken`, or when two
   *   are equal.
   */
  static of(sequences: readonly TokenSequence[], endToken: number): PrefixTree {
    if (sequences.length === 0) throw new UsageError("PrefixTree: found no token sequences, expected at least one.");
    sequences.forEach((sequence, item) => {
      checkSequence(sequence, endToken, item);
    });
    const items = Int32Array.from(sequences.keys()).sort((a, b) => compare(sequences[a]!, sequences[b]!));
    return new PrefixTree({ items, sequenceOf: (item) => sequences[item]!, rank: ranksOf(items) }, endToken);
  }

  /** What may follow so many beams, each of which stands at a node of a tree: nothing outside, at -1. */
  static childrenOf(beams: number, at: (beam: number) => { tree: PrefixTree; node: number }): Followers {
    const starts = new Int32Array(beams + 1);
    const parts = Array.from({ length: beams }, (_, beam) => {
      const { tree, node } = at(beam);
      const children = node < 0 ? NOTHING : tree.tokens.subarray(tree.offsets[node]!, tree.offsets[node + 1]!);
      starts[beam + 1] = starts[beam]! + children.length;
      return children;
    });
    const tokens = new Int32Array(starts[beams]!);
    for (const [beam, children] of parts.entries()) tokens.set(children, starts[beam]!);
    return { starts, tokens };
  }

  get leafCount(): number {
    return this.sorted.items.length;
  }

  /**
   * A tree of these items alone (100 candidates: a fraction of a millisecond). @throws UsageError for an item not in
   * this tree.
   */
  restrictedTo(items: Iterable<number>): PrefixTree {
    const chosen = Int32Array.from(new Set(items));
    for (const item of chosen) this.leafOf(item);
    if (chosen.length === 0) throw new UsageError("PrefixTree: found no candidates, expected at least one.");
    const { rank, sequenceOf } = this.sorted;
    chosen.sort((a, b) => rank.get(a)! - rank.get(b)!);
    return new PrefixTree({ items: chosen, sequenceOf, rank: ranksOf(chosen) }, this.endToken);
  }

  /** This tree without `items` (those it does not hold are ignored); repeated items count once. */
  without(items: Iterable<number>): Constraint {
    const excluded = new Map<number, number>();
    const dead = new Set<number>();
    for (const item of new Set(items)) {
      for (let node = this.leaves.get(item) ?? -1; node >= 0; node = this.parents[node]!) {
        const count = (excluded.get(node) ?? 0) + 1;
        excluded.set(node, count);
        if (count === this.leafCounts[node]) dead.add(node);
      }
    }
    return { tree: this, dead };
  }

  /**
   * A distribution over items as one over tokens: the log of each node's share of what its parent holds. Along the path
   * of an item the shares add up to its log-probability. `logProbabilities` by item; below -700 nothing is told apart.
   */
  logShares(logProbabilities: ArrayLike<number>): Float32Array {
    const { items, parents } = this;
    const masses = new Float64Array(items.length);
    for (let node = items.length - 1; node > 0; node--) {
      if (items[node]! >= 0) masses[node] = Math.exp(Math.max(-700, logProbabilities[items[node]!]!));
      masses[parents[node]!]! += masses[node]!;
    }
    const shares = new Float32Array(items.length);
    for (let node = 1; node < items.length; node++) {
      const whole = masses[parents[node]!]!;
      if (masses[node] !== whole) shares[node] = Math.log(masses[node]! / whole);
    }
    return shares;
  }

  /** The child of `node` by `token`, or -1. */
  child(node: number, token: number): number {
    let low = this.offsets[node]!;
    let high = this.offsets[node + 1]! - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.tokens[middle]!;
      if (found === token) return middle;
      if (found < token) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** The item spelt by `tokens` (without the end token), or -1: only canonical spellings are items. */
  itemOf(tokens: ArrayLike<number>): number {
    let node = PrefixTree.ROOT;
    for (let i = 0; i < tokens.length && node >= 0; i++) node = this.child(node, tokens[i]!);
    const leaf = node < 0 ? -1 : this.child(node, this.endToken);
    return leaf < 0 ? -1 : this.items[leaf]!;
  }

  private leafOf(item: number): number {
    const leaf = this.leaves.get(item);
    if (leaf === undefined) {
      throw new UsageError(
        `PrefixTree: item ${item} has no token sequence here; expected one of ${this.leafCount} items.`,
      );
    }
    return leaf;
  }
}

/** Tokens that may follow `node`, ascending. */
export function allowedTokens({ tree, dead }: Constraint, node: number): Int32Array {
  const allowed: number[] = [];
  for (let child = tree.offsets[node]!; child < tree.offsets[node + 1]!; child++) {
    if (dead === undefined || !dead.has(child)) allowed.push(tree.tokens[child]!);
  }
  return Int32Array.from(allowed);
}

interface SortedSequences {
  /** Items in lexicographic order of their sequences. */
  readonly items: Int32Array;
  readonly sequenceOf: (item: number) => TokenSequence;
  readonly rank: ReadonlyMap<number, number>;
}

interface Nodes {
  readonly longest: number;
  readonly offsets: Int32Array;
  readonly tokens: Int32Array;
  readonly items: Int32Array;
  readonly parents: Int32Array;
}

function ranksOf(sortedItems: Int32Array): Map<number, number> {
  return new Map(Array.from(sortedItems, (item, rank) => [item, rank]));
}

function checkSequence(sequence: TokenSequence, endToken: number, item: number): void {
  let end = 0;
  while (end < sequence.length && sequence[end] !== endToken) end++;
  if (end !== sequence.length - 1 || end === 0) {
    const found = `[${Array.from(sequence).join(" ")}]`;
    throw new UsageError(
      `PrefixTree: item ${item} has tokens ${found}, expected id tokens and then end token ${endToken}.`,
    );
  }
}

function compare(a: TokenSequence, b: TokenSequence): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/**
 * Breadth-first numbering of the sorted sequences: node n spans sorted positions starts[n] .. ends[n] - 1 at its depth.
 */
function layOut(sorted: SortedSequences, endToken: number): Nodes {
  const { items: order, sequenceOf } = sorted;
  const offsets: number[] = [];
  const tokens = [-1];
  const items = [-1];
  const parents = [-1];
  const starts = [0];
  const ends = [order.length];
  const depths = [0];
  for (let node = 0; node < tokens.length; node++) {
    offsets.push(tokens.length);
    if (items[node]! >= 0) continue;
    const depth = depths[node]!;
    for (let start = starts[node]!; start < ends[node]!; ) {
      const token = sequenceOf(order[start]!)[depth]!;
      let end = start + 1;
      while (end < ends[node]! && sequenceOf(order[end]!)[depth] === token) end++;
      if (token === endToken && end - start > 1) throw sameSequence(order[start]!, order[start + 1]!);
      tokens.push(token);
      items.push(token === endToken ? order[start]! : -1);
      parents.push(node);
      starts.push(start);
      ends.push(end);
      depths.push(depth + 1);
      start = end;
    }
  }
  offsets.push(tokens.length);
  return {
    longest: depths[depths.length - 1]!,
    offsets: Int32Array.from(offsets),
    tokens: Int32Array.from(tokens),
    items: Int32Array.from(items),
    parents: Int32Array.from(parents),
  };
}

function sameSequence(a: number, b: number): UsageError {
  return new UsageError(
    `PrefixTree: items ${a} and ${b} have the same token sequence, expected one item per sequence.`,
  );
}

function leafNodes(items: Int32Array): Map<number, number> {
  const leaves = new Map<number, number>();
  for (let node = 0; node < items.length; node++) if (items[node]! >= 0) leaves.set(items[node]!, node);
  return leaves;
}

/** Children have higher numbers than their parents: one pass from the back adds every leaf to its ancestors. */
function countLeaves({ items, parents }: Nodes): Int32Array {
  const counts = new Int32Array(items.length);
  for (let node = items.length - 1; node > 0; node--) {
    if (items[node]! >= 0) counts[node] = 1;
    counts[parents[node]!]! += counts[node]!;
  }
  return counts;
}
