// Items taken together: who had an item of the history soon took, or had just taken, the other one. Counted in training
// prefixes, in windows, nearer pairs counting more; the order counts a little, because B after A need not mean A after B.
import type { SparseRows } from "../../base/matrix.ts";
import type { TrainingLists } from "../../data/index.ts";
import type { Behind } from "../recommender.ts";
import { valuesAt, type Witness } from "./witness.ts";

export interface NeighbourOptions {
  /** How far apart two items of a history may stand. */
  readonly window: number;
  /** What a pair counts for each place more between its items. */
  readonly distanceDecay: number;
  /** What a pair counts in the order that was not seen, beside the one that was. */
  readonly backwards: number;
  /** Weight of an item of the history beside the one after it. */
  readonly historyDecay: number;
  /** How much a neighbour's own popularity is held against it: 1/2 is the cosine, 0 nothing. */
  readonly discount: number;
  /** Neighbours kept of an item. */
  readonly kept: number;
}

/** Chosen on validation items of Amazon Beauty: HR@10 .101 alone, where the cosine in both directions has .087. */
export const NEIGHBOUR_OPTIONS: NeighbourOptions = {
  window: 10,
  distanceDecay: 0.9,
  backwards: 0.5,
  historyDecay: 0.7,
  discount: 0.3,
  kept: 300,
};

/** Shares below this say nothing. */
const LEAST_SHARE = 1e-5;

/** Row i: what item i says of others, counts of pairs over powers of both items' counts. [nItems, nItems] */
export function followingItems(prefixes: TrainingLists, nItems: number, options: NeighbourOptions): SparseRows {
  const pairs = countPairs(prefixes, nItems, options);
  const totals = itemCounts(prefixes, nItems);
  const rows = pairs.map((counts, item) => {
    const all = [...counts].map(([other, count]) => ({
      other,
      value: count / (Math.sqrt(totals[item]!) * totals[other]! ** options.discount),
    }));
    return all.sort((a, b) => b.value - a.value || a.other - b.other).slice(0, options.kept);
  });
  const offsets = new Int32Array(nItems + 1);
  rows.forEach((entries, item) => {
    offsets[item + 1] = offsets[item]! + entries.length;
  });
  const flat = rows.flat();
  return {
    rows: nItems,
    columns: nItems,
    offsets,
    indices: Int32Array.from(flat, ({ other }) => other),
    values: Float32Array.from(flat, ({ value }) => value),
  };
}

function countPairs(prefixes: TrainingLists, nItems: number, options: NeighbourOptions): Map<number, number>[] {
  const { window, distanceDecay, backwards } = options;
  const pairs = Array.from({ length: nItems }, () => new Map<number, number>());
  const add = (from: number, to: number, value: number): void => {
    pairs[from]!.set(to, (pairs[from]!.get(to) ?? 0) + value);
  };
  for (const prefix of prefixes) {
    for (let at = 0; at < prefix.length; at++) {
      const end = Math.min(prefix.length, at + 1 + window);
      for (let later = at + 1, value = 1; later < end; later++, value *= distanceDecay) {
        add(prefix[at]!, prefix[later]!, value);
        add(prefix[later]!, prefix[at]!, value * backwards);
      }
    }
  }
  return pairs;
}

function itemCounts(prefixes: TrainingLists, nItems: number): Int32Array {
  const counts = new Int32Array(nItems);
  for (const prefix of prefixes) for (const item of prefix) counts[item]!++;
  return counts;
}

/** An item's share of what all neighbours of the history got, as log(1 + share / 1e-5): 0 without any. */
export function neighbourWitness(following: SparseRows, { historyDecay }: NeighbourOptions): Witness {
  const shares = (history: Int32Array): Float32Array => {
    const out = new Float32Array(following.rows);
    let total = 0;
    let weight = 1;
    for (let at = history.length - 1; at >= 0; at--, weight *= historyDecay) {
      const end = following.offsets[history[at]! + 1]!;
      for (let k = following.offsets[history[at]!]!; k < end; k++) {
        const value = weight * following.values[k]!;
        out[following.indices[k]!]! += value;
        total += value;
      }
    }
    if (total === 0) return out;
    const scale = 1 / (total * LEAST_SHARE);
    for (let i = 0; i < out.length; i++) if (out[i]! > 0) out[i] = Math.log1p(out[i]! * scale);
    return out;
  };
  return {
    name: "neighbours",
    describes: "share of what was taken together with items of the history, on a logarithmic scale",
    async testify(questions, among) {
      return questions.map(({ history }, i) => {
        const all = shares(history);
        return among === undefined ? all : valuesAt(all, among[i]!);
      });
    },
    behind({ history }, item) {
      const found: Behind[] = [];
      let weight = 1;
      for (let at = history.length - 1; at >= 0; at--, weight *= historyDecay) {
        const value = weight * followed(following, history[at]!, item);
        if (value > 0) found.push({ kind: "item", index: history[at]!, strength: value });
      }
      return found.sort((a, b) => b.strength - a.strength);
    },
  };
}

function followed({ offsets, indices, values }: SparseRows, row: number, column: number): number {
  const at = indices.subarray(offsets[row]!, offsets[row + 1]!).indexOf(column);
  return at < 0 ? 0 : values[offsets[row]! + at]!;
}
