// Item-to-item similarities as sparse rows: from training co-occurrence, and from dense text vectors.
import { type FlatLists, flatten, invert } from "../../base/flat-lists.ts";
import type { Matrix, SparseRows } from "../../base/matrix.ts";
import type { Split } from "../../data/index.ts";
import { similarUsers } from "../../embedding/index.ts";
import { TopK, topEntries } from "../../generation/index.ts";

export interface CoOccurrenceOptions {
  /** Neighbours kept per item. */
  readonly neighbours: number;
  /** Added to the denominator: similarities that rest on few users shrink towards 0. */
  readonly shrink: number;
}

/** Cosine of the items' user sets in training: c_ij / (sqrt(n_i n_j) + shrink), for c_ij > 0. [nItems, nItems] */
export function coOccurrence(split: Split, { neighbours, shrink }: CoOccurrenceOptions): SparseRows {
  const prefixes = flatten(split.prefixes);
  const users = invert(prefixes, split.nItems);
  const counts = Int32Array.from(
    { length: split.nItems },
    (_, item) => users.offsets[item + 1]! - users.offsets[item]!,
  );
  const shared = new Int32Array(split.nItems);
  const touched = new Int32Array(split.nItems);
  return sparseRows(split.nItems, new TopK(neighbours), (item, top) => {
    const size = countShared(prefixes, users, item, { shared, touched });
    for (let k = 0; k < size; k++) {
      const other = touched[k]!;
      if (other !== item) top.push(shared[other]! / (Math.sqrt(counts[item]! * counts[other]!) + shrink), other);
      shared[other] = 0;
    }
  });
}

/**
 * Add up in `shared` (zeros before) how many users of `item` have each item; returns how many of `touched` were filled
 * with items that anybody has. One addition for each pair of a user's items: what counting takes its time for.
 */
function countShared(
  prefixes: FlatLists,
  users: FlatLists,
  item: number,
  { shared, touched }: { readonly shared: Int32Array; readonly touched: Int32Array },
): number {
  const { offsets, values } = prefixes;
  let size = 0;
  for (let u = users.offsets[item]!; u < users.offsets[item + 1]!; u++) {
    const user = users.values[u]!;
    const end = offsets[user + 1]!;
    for (let k = offsets[user]!; k < end; k++) {
      const other = values[k]!;
      if (shared[other]!++ === 0) touched[size++] = other;
    }
  }
  return size;
}

/** One row of the same, whole: how alike `item` is to every item, 0 where they share no user. [nItems] */
export function coOccurrenceWith({ prefixes, nItems }: Split, item: number, shrink = 10): Float64Array {
  const shared = new Float64Array(nItems);
  const counts = new Int32Array(nItems);
  for (const prefix of prefixes) {
    const hasIt = prefix.includes(item);
    for (const other of prefix) {
      counts[other]!++;
      if (hasIt && other !== item) shared[other]!++;
    }
  }
  return shared.map((both, other) => (both === 0 ? 0 : both / (Math.sqrt(counts[item]! * counts[other]!) + shrink)));
}

/** The last search in each set of vectors: two systems read the same neighbours, and a search is dear. */
const searches = new WeakMap<Matrix, { readonly neighbours: number; readonly found: SparseRows }>();

/** The `neighbours` items of highest positive cosine between rows of `embeddings`. [nItems, nItems] */
export async function textNeighbours(
  embeddings: Matrix,
  neighbours: number,
  signal?: AbortSignal,
): Promise<SparseRows> {
  const last = searches.get(embeddings);
  if (last?.neighbours === neighbours) return last.found;
  const found = await searchNeighbours(embeddings, neighbours, signal);
  searches.set(embeddings, { neighbours, found });
  return found;
}

async function searchNeighbours(embeddings: Matrix, neighbours: number, signal?: AbortSignal): Promise<SparseRows> {
  const k = Math.min(neighbours, embeddings.rows - 1);
  const nearest = await similarUsers(embeddings, k, signal ? { signal } : {});
  return sparseRows(embeddings.rows, new TopK(k), (item, top) => {
    for (let at = item * k; at < (item + 1) * k; at++) {
      if (nearest.cosines[at]! > 0) top.push(nearest.cosines[at]!, nearest.neighbours[at]!);
    }
  });
}

/** One row per item from what `fill` pushes into `top`. */
function sparseRows(items: number, top: TopK, fill: (item: number, top: TopK) => void): SparseRows {
  const entries = topEntries(top.capacity);
  const offsets = new Int32Array(items + 1);
  const indices: Int32Array[] = [];
  const values: Float32Array[] = [];
  for (let item = 0; item < items; item++) {
    fill(item, top);
    const { size, keys, scores } = top.drain(entries);
    indices.push(keys.slice(0, size));
    values.push(Float32Array.from(scores.subarray(0, size)));
    offsets[item + 1] = offsets[item]! + size;
  }
  const out = {
    rows: items,
    columns: items,
    offsets,
    indices: new Int32Array(offsets[items]!),
    values: new Float32Array(offsets[items]!),
  };
  indices.forEach((part, item) => {
    out.indices.set(part, offsets[item]!);
    out.values.set(values[item]!, offsets[item]!);
  });
  return out;
}
