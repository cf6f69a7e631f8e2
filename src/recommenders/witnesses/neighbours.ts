// Items taken together: who had an item of the history soon took, or had just taken, the other one. Counted in training
// prefixes, in windows, nearer pairs counting more; so does the order seen, because B after A need not mean A after B.
import type { SparseRows } from "../../base/matrix.ts";
import { TopK, topEntries } from "../../base/top-k.ts";
import type { TrainingLists } from "../../data/index.ts";
import type { Behind } from "../recommender.ts";
import { testifyBy } from "./testify.ts";
import type { FewVoice } from "./voice.ts";
import type { Witness } from "./witness.ts";

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

/**
 * Chosen with a prototype on validation items of Amazon Beauty: HR@10 .101 alone, where the cosine in both directions
 * has .087. A lead, not a result of this product.
 */
export const NEIGHBOUR_OPTIONS: NeighbourOptions = {
  window: 10,
  distanceDecay: 0.9,
  backwards: 0.5,
  historyDecay: 0.7,
  discount: 0.3,
  kept: 300,
};

/** Shares below this say nothing. */
export const LEAST_SHARE = 3e-4;

/** Row i: what item i says of others, counts of pairs over powers of both items' counts. [nItems, nItems] */
export function followingItems(prefixes: TrainingLists, nItems: number, options: NeighbourOptions): SparseRows {
  const places = placesOf(prefixes, nItems);
  const taken = (item: number): number => places.offsets[item + 1]! - places.offsets[item]!;
  const discounts = Float64Array.from({ length: nItems }, (_, item) => Math.max(1, taken(item)) ** -options.discount);
  const counts = new PairCounts(nItems);
  const top = new TopK(options.kept);
  const entries = topEntries(options.kept);
  const offsets = new Int32Array(nItems + 1);
  const rows: { readonly indices: Int32Array; readonly values: Float32Array }[] = [];
  for (let item = 0; item < nItems; item++) {
    for (let k = places.offsets[item]!; k < places.offsets[item + 1]!; k++) {
      counts.around(prefixes[places.users[k]!]!, places.positions[k]!, options);
    }
    counts.drain((other, count) => top.push((count * discounts[other]!) / Math.sqrt(taken(item)), other));
    const { keys, scores, size } = top.drain(entries);
    rows.push({ indices: keys.slice(0, size), values: Float32Array.from(scores.subarray(0, size)) });
    offsets[item + 1] = offsets[item]! + size;
  }
  const indices = new Int32Array(offsets[nItems]!);
  const values = new Float32Array(offsets[nItems]!);
  rows.forEach((own, item) => {
    indices.set(own.indices, offsets[item]!);
    values.set(own.values, offsets[item]!);
  });
  return { rows: nItems, columns: nItems, offsets, indices, values };
}

/** Where each item stands: for item i the entries from offsets[i] on. */
interface Places {
  readonly offsets: Int32Array;
  readonly users: Int32Array;
  readonly positions: Int32Array;
}

function placesOf(prefixes: TrainingLists, nItems: number): Places {
  const offsets = new Int32Array(nItems + 1);
  for (const prefix of prefixes) for (const item of prefix) offsets[item + 1]!++;
  for (let item = 0; item < nItems; item++) offsets[item + 1]! += offsets[item]!;
  const next = offsets.slice(0, nItems);
  const [users, positions] = [new Int32Array(offsets[nItems]!), new Int32Array(offsets[nItems]!)];
  prefixes.forEach((prefix, user) => {
    prefix.forEach((item, position) => {
      const at = next[item]!++;
      users[at] = user;
      positions[at] = position;
    });
  });
  return { offsets, users, positions };
}

/** Sums by item, emptied without going through all items. */
class PairCounts {
  private readonly sums: Float64Array;
  private readonly touched: Int32Array;
  private size = 0;

  constructor(nItems: number) {
    this.sums = new Float64Array(nItems);
    this.touched = new Int32Array(nItems);
  }

  /** What stands around a place of a prefix: later items count whole, earlier ones as `backwards` says. */
  around(prefix: Int32Array, place: number, { window, distanceDecay, backwards }: NeighbourOptions): void {
    const end = Math.min(prefix.length, place + 1 + window);
    for (let at = place + 1, value = 1; at < end; at++, value *= distanceDecay) this.add(prefix[at]!, value);
    const start = Math.max(0, place - window);
    for (let at = place - 1, value = backwards; at >= start; at--, value *= distanceDecay) this.add(prefix[at]!, value);
  }

  drain(take: (item: number, sum: number) => void): void {
    for (let i = 0; i < this.size; i++) {
      const item = this.touched[i]!;
      take(item, this.sums[item]!);
      this.sums[item] = 0;
    }
    this.size = 0;
  }

  private add(item: number, value: number): void {
    if (this.sums[item] === 0) this.touched[this.size++] = item;
    this.sums[item]! += value;
  }
}

/** An item's share of what all neighbours of the history got, as log(1 + share / 3e-4): 0 without any. */
export function neighbourWitness(following: SparseRows, { historyDecay }: NeighbourOptions): Witness {
  const nItems = following.rows;
  const sums = new Float32Array(nItems);
  const [items, values] = [new Int32Array(nItems), new Float32Array(nItems)];
  const { offsets, indices, values: worth } = following;
  const voice: FewVoice = {
    kind: "few",
    nItems,
    hasBase: () => false,
    of({ history }) {
      let [size, total, weight] = [0, 0, 1];
      for (let at = history.length - 1; at >= 0; at--, weight *= historyDecay) {
        const end = offsets[history[at]! + 1]!;
        for (let k = offsets[history[at]!]!; k < end; k++) {
          const value = weight * worth[k]!;
          const item = indices[k]!;
          const before = sums[item]!;
          sums[item] = before + value;
          // What an old item says may be 0 in single precision: of that nothing is said, or it would be named again.
          if (before === 0 && sums[item] > 0) items[size++] = item;
          total += value;
        }
      }
      if (total === 0) return { items, values, size: 0 };
      const scale = 1 / (total * LEAST_SHARE);
      for (let i = 0; i < size; i++) {
        values[i] = Math.log1p(sums[items[i]!]! * scale);
        sums[items[i]!] = 0;
      }
      return { items, values, size };
    },
  };
  return {
    name: "neighbours",
    describes: "share of what was taken together with items of the history, on a logarithmic scale",
    isSilentAtZero: true,
    voice,
    testify: testifyBy(voice),
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
