// Item-to-item similarities as sparse rows: from training co-occurrence, and from dense text vectors.
import { flatten, inverting } from "../../base/flat-lists.ts";
import { stepsAtOnce } from "../../base/in-turns.ts";
import type { Matrix, SparseRows } from "../../base/matrix.ts";
import { TopK, topEntries } from "../../base/top-k.ts";
import type { Split } from "../../data/index.ts";
import { similarUsers } from "../../embedding/index.ts";

export interface CoOccurrenceOptions {
  /** Neighbours kept per item. */
  readonly neighbours: number;
  /** Added to the denominator: similarities that rest on few users shrink towards 0. */
  readonly shrink: number;
}

/**
 * Cosine of the items' user sets in training: c_ij / (sqrt(n_i n_j) + shrink), for c_ij > 0; where interactions weigh,
 * of what the users' weights are, over their mean. [nItems, nItems]
 */
export function coOccurrence(split: Split, options: CoOccurrenceOptions): SparseRows {
  return stepsAtOnce(coOccurring(split, options));
}

/** The same in steps, of an item each. */
export function* coOccurring(split: Split, { neighbours, shrink }: CoOccurrenceOptions): Generator<void, SparseRows> {
  const overlap = split.weights === undefined ? counted(split) : weighed(split);
  const { shared, touched, squares, add } = yield* overlap;
  return yield* sparseRows(split.nItems, new TopK(neighbours), (item, top) => {
    const size = add(item);
    for (let k = 0; k < size; k++) {
      const other = touched[k]!;
      if (other !== item) top.push(shared[other]! / (Math.sqrt(squares[item]! * squares[other]!) + shrink), other);
      shared[other] = 0;
    }
  });
}

/** What is added up over the users of one item. */
interface Overlap {
  /** By item, zeros before `add`: how much its users share with the item's. */
  readonly shared: Int32Array | Float64Array;
  readonly touched: Int32Array;
  /** Squared length of each item's row of users. */
  readonly squares: Int32Array | Float64Array;
  /** Fill `shared`; returns how many of `touched` are items that anybody shares. */
  add(item: number): number;
}

/** One addition for each pair of a user's items: what counting takes its time for. */
function* counted(split: Split): Generator<void, Overlap> {
  const { offsets, values } = flatten(split.prefixes);
  const users = yield* inverting({ offsets, values }, split.nItems);
  const squares = Int32Array.from(
    { length: split.nItems },
    (_, item) => users.offsets[item + 1]! - users.offsets[item]!,
  );
  const [shared, touched] = [new Int32Array(split.nItems), new Int32Array(split.nItems)];
  const add = (item: number) => {
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
  };
  return { shared, touched, squares, add };
}

function* weighed(split: Split): Generator<void, Overlap> {
  const { offsets, values } = flatten(split.prefixes);
  const users = yield* inverting({ offsets, values }, split.nItems);
  const weights = relativeWeights(split);
  const squares = new Float64Array(split.nItems);
  for (let k = 0; k < values.length; k++) squares[values[k]!]! += weights[k]! ** 2;
  const [shared, touched] = [new Float64Array(split.nItems), new Int32Array(split.nItems)];
  const add = (item: number) => {
    let size = 0;
    for (let u = users.offsets[item]!; u < users.offsets[item + 1]!; u++) {
      const user = users.values[u]!;
      const [start, end] = [offsets[user]!, offsets[user + 1]!];
      const own = weights[start + values.subarray(start, end).indexOf(item)]!;
      for (let k = start; k < end; k++) {
        const other = values[k]!;
        const both = own * weights[k]!;
        // Whatever weighs nothing is not shared; met again, the item would be listed twice.
        if (both === 0) continue;
        if (shared[other] === 0) touched[size++] = other;
        shared[other]! += both;
      }
    }
    return size;
  };
  return { shared, touched, squares, add };
}

/** Weights of the training interactions end to end, over their mean: shrinkage counts in interactions. */
function relativeWeights({ prefixes, weights = [] }: Split): Float64Array {
  const count = prefixes.reduce((total, { length }) => total + length, 0);
  const flat = new Float64Array(count);
  let at = 0;
  for (const list of weights) {
    flat.set(list, at);
    at += list.length;
  }
  const mean = meanOf(weights);
  return flat.map((weight) => weight / mean);
}

function meanOf(weights: readonly ArrayLike<number>[]): number {
  let [sum, count] = [0, 0];
  for (const list of weights) {
    for (let k = 0; k < list.length; k++) sum += list[k]!;
    count += list.length;
  }
  return sum / count;
}

/** Of training: squared length of each item's row of users, and what every interaction's weight is divided by. */
interface Lengths {
  readonly squares: Float64Array;
  readonly meanWeight: number;
}

/** Kept by split: they take every interaction, one row of co-occurrence those of the item's users. */
const lengths = new WeakMap<Split, Lengths>();

function lengthsOf(split: Split): Lengths {
  const known = lengths.get(split) ?? findLengths(split);
  lengths.set(split, known);
  return known;
}

function findLengths({ nItems, prefixes, weights }: Split): Lengths {
  const squares = new Float64Array(nItems);
  const meanWeight = weights === undefined ? 1 : meanOf(weights);
  for (const [user, prefix] of prefixes.entries()) {
    for (let k = 0; k < prefix.length; k++) {
      const weight = weightOf(weights, user, k) / meanWeight;
      squares[prefix[k]!]! += weight * weight;
    }
  }
  return { squares, meanWeight };
}

function weightOf(weights: Split["weights"], user: number, k: number): number {
  return weights === undefined ? 1 : weights[user]![k]!;
}

/** One row of the same, whole: how alike `item` is to every item, 0 where they share no user. [nItems] */
export function coOccurrenceWith(split: Split, item: number, shrink = 10): Float64Array {
  const { squares, meanWeight } = lengthsOf(split);
  const shared = new Float64Array(split.nItems);
  for (let user = 0; user < split.prefixes.length; user++) {
    const prefix = split.prefixes[user]!;
    const at = prefix.indexOf(item);
    if (at === -1) continue;
    const weight = (k: number) => weightOf(split.weights, user, k) / meanWeight;
    for (let k = 0; k < prefix.length; k++) if (k !== at) shared[prefix[k]!]! += weight(at) * weight(k);
  }
  return shared.map((both, other) => (both === 0 ? 0 : both / (Math.sqrt(squares[item]! * squares[other]!) + shrink)));
}

interface SearchOptions {
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The last search in each set of vectors: two systems read the same neighbours, and a search is dear. */
const searches = new WeakMap<Matrix, { readonly neighbours: number; readonly found: SparseRows }>();

/** The `neighbours` items of highest positive cosine between rows of `embeddings`. [nItems, nItems] */
export async function textNeighbours(
  embeddings: Matrix,
  neighbours: number,
  how: SearchOptions = {},
): Promise<SparseRows> {
  const last = searches.get(embeddings);
  if (last?.neighbours === neighbours) return last.found;
  const found = await searchNeighbours(embeddings, neighbours, how);
  searches.set(embeddings, { neighbours, found });
  return found;
}

async function searchNeighbours(embeddings: Matrix, neighbours: number, how: SearchOptions): Promise<SparseRows> {
  const k = Math.min(neighbours, embeddings.rows - 1);
  const nearest = await similarUsers(embeddings, k, how);
  const rows = sparseRows(embeddings.rows, new TopK(k), (item, top) => {
    for (let at = item * k; at < (item + 1) * k; at++) {
      if (nearest.cosines[at]! > 0) top.push(nearest.cosines[at]!, nearest.neighbours[at]!);
    }
  });
  return stepsAtOnce(rows);
}

/** One row per item from what `fill` pushes into `top`, in steps of an item each. */
function* sparseRows(items: number, top: TopK, fill: (item: number, top: TopK) => void): Generator<void, SparseRows> {
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
    yield;
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
