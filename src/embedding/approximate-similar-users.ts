// Nearest users for millions of them: a navigable small-world graph (Malkov and Yashunin 2018) by the optional package
// usearch, whose recall is measured against exact search on a sample every time. `similar-users.ts` is the exact way.
import { OperationError, stopIf, UsageError } from "../base/errors.ts";
import { dot, type Matrix, matrix, normaliseRows, row } from "../base/matrix.ts";
import { type Report, silent } from "../base/progress.ts";
import { Random } from "../base/random.ts";
import { forEachProductTile } from "./blocked-matmul.ts";
import { RECALL_SAMPLE } from "./defaults.ts";
import type { SimilarUsers } from "./similar-users.ts";

export interface ApproximateOptions {
  /** Links per user in the graph; default 16. */
  readonly connectivity?: number | undefined;
  /**
   * Candidates kept while a user is added, and while neighbours are searched: more is better and slower; default 128.
   */
  readonly expansion?: number | undefined;
  /** Users whose neighbours are also found exactly, to measure recall; default `RECALL_SAMPLE`. */
  readonly sample?: number | undefined;
  /** Draws that sample; default 0. */
  readonly seed?: number | undefined;
  /** CPU threads; default: one per core. */
  readonly threads?: number | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ApproximateSimilarUsers extends SimilarUsers {
  /** Share of the sample's exact neighbours that were found; one as near as the last of them counts as found. */
  readonly recall: number;
}

type Index = import("usearch").Index;

/** Rows given to the native code at once: it does not yield. */
const CHUNK_ROWS = 2048;
/** Rounding of cosines in 32 bits. */
const TIE = 1e-6;

/**
 * About the `k` nearest rows of every row by cosine, itself excluded; order and ties as in `similarUsers`. Links depend
 * on the order in which threads add users, so two runs may differ in a few neighbours.
 * @throws UsageError unless 1 <= k < rows; OperationError without the package usearch; CancelledError when stopped.
 */
export async function approximateSimilarUsers(
  vectors: Matrix,
  k: number,
  options: ApproximateOptions = {},
): Promise<ApproximateSimilarUsers> {
  const { rows } = vectors;
  if (!Number.isInteger(k) || k < 1 || k >= rows) {
    throw new UsageError(`similar users: k = ${k}, expected 1 to ${rows - 1} (one less than the ${rows} users)`);
  }
  const { threads = 0, report = silent, signal } = options;
  const unit = normaliseRows(vectors);
  const index = await makeIndex(unit.columns, options);
  const step = (start: number, phase: 0 | 1) => {
    stopIf(signal, "stopped between two blocks");
    const done = Math.floor((phase * rows + start) / 2);
    report({ kind: "step", stage: "similar users", done, total: rows, unit: "users" });
    return new Promise(setImmediate);
  };
  for (let start = 0; start < rows; start += CHUNK_ROWS) {
    addRows(index, unit, { start, end: Math.min(rows, start + CHUNK_ROWS), threads });
    await step(start, 0);
  }
  const found = { neighbours: new Int32Array(rows * k), cosines: new Float32Array(rows * k) };
  for (let start = 0; start < rows; start += CHUNK_ROWS) {
    searchRows(index, unit, k, { start, end: Math.min(rows, start + CHUNK_ROWS), threads, ...found });
    await step(start, 1);
  }
  return { rows, k, ...found, recall: await measureRecall(unit, k, found.cosines, options) };
}

async function makeIndex(
  dimensions: number,
  { connectivity = 16, expansion = 128 }: ApproximateOptions,
): Promise<Index> {
  const { Index, MetricKind, ScalarKind } = await import("usearch").catch((cause: unknown) => {
    throw new OperationError("Approximate neighbours need the optional package usearch: npm install usearch.", {
      cause,
    });
  });
  return new Index({
    dimensions,
    metric: MetricKind.Cos,
    quantization: ScalarKind.F32,
    connectivity,
    expansion_add: expansion,
    expansion_search: expansion,
    multi: false,
  });
}

/** Rows of zeros have no direction and stay outside. */
function addRows(index: Index, unit: Matrix, { start, end, threads }: Chunk): void {
  const members = directed(unit, start, end);
  if (members.length > 0) index.add(BigUint64Array.from(members, BigInt), gathered(unit, members), threads);
}

interface Chunk {
  readonly start: number;
  readonly end: number;
  /** 0: one per core. */
  readonly threads: number;
}

interface Block extends Chunk {
  readonly neighbours: Int32Array;
  readonly cosines: Float32Array;
}

function searchRows(index: Index, unit: Matrix, k: number, { start, end, threads, neighbours, cosines }: Block): void {
  const members = directed(unit, start, end);
  const wanted = Math.min(k + 1, index.size());
  const answers = new Map<number, Set<number>>();
  if (members.length > 0) {
    // One row at a time gives one answer, several rows give a table; a doubled row keeps the form.
    const rows = members.length === 1 ? [members[0]!, members[0]!] : members;
    const queries = rows.map((member) => row(unit, member));
    const { keys, counts } = index.search(queries, wanted, threads);
    for (const [q, member] of members.entries()) {
      const count = Number(counts[q]!);
      answers.set(member, new Set(Array.from(keys.subarray(q * wanted, q * wanted + count), Number)));
    }
  }
  for (let r = start; r < end; r++) {
    const answer = answers.get(r);
    const best = answer === undefined ? firstOthers(r, k) : rank(unit, r, answer, k);
    for (const [j, { id, cosine }] of best.entries()) {
      neighbours[r * k + j] = id;
      cosines[r * k + j] = cosine;
    }
  }
}

/** Of a row of zeros, which is as near to everybody: ties go by lower index. */
function firstOthers(self: number, k: number) {
  return Array.from({ length: k }, (_, j) => ({ id: j < self ? j : j + 1, cosine: 0 }));
}

/** Best first, ties by lower index. Where the graph gave too few, everybody is a candidate. */
function rank(unit: Matrix, self: number, candidates: Set<number>, k: number) {
  candidates.delete(self);
  const ids = candidates.size >= k ? [...candidates] : [...Array(unit.rows).keys()].filter((id) => id !== self);
  const mine = row(unit, self);
  return ids
    .map((id) => ({ id, cosine: dot(mine, row(unit, id)) }))
    .sort((a, b) => b.cosine - a.cosine || a.id - b.id)
    .slice(0, k);
}

function directed(unit: Matrix, start: number, end: number): number[] {
  const out: number[] = [];
  for (let r = start; r < end; r++) if (row(unit, r).some((value) => value !== 0)) out.push(r);
  return out;
}

function gathered(m: Matrix, members: readonly number[]): Float32Array {
  const out = new Float32Array(members.length * m.columns);
  for (const [i, member] of members.entries()) out.set(row(m, member), i * m.columns);
  return out;
}

async function measureRecall(
  unit: Matrix,
  k: number,
  cosines: Float32Array,
  { sample = RECALL_SAMPLE, seed = 0, threads, signal }: ApproximateOptions,
): Promise<number> {
  const order = Random.of(seed, "recall").shuffle(Array.from({ length: unit.rows }, (_, i) => i));
  const members = order.slice(0, Math.min(sample, unit.rows));
  const queries = matrix(members.length, unit.columns, gathered(unit, members));
  const scores = members.map(() => [] as number[]);
  await forEachProductTile(
    queries,
    unit,
    (tile) => {
      for (let q = tile.rowStart; q < tile.rowEnd; q++) {
        const at = (q - tile.rowStart) * tile.stride - tile.columnStart;
        const all = scores[q]!;
        for (let c = tile.columnStart; c < tile.columnEnd; c++) if (c !== members[q]) all.push(tile.data[at + c]!);
        all.sort((a, b) => b - a).splice(k);
      }
    },
    { threads, signal },
  );
  let found = 0;
  for (const [q, member] of members.entries()) {
    const last = scores[q]![k - 1]! - TIE;
    for (let j = 0; j < k; j++) if (cosines[member * k + j]! >= last) found++;
  }
  return found / (members.length * k);
}
