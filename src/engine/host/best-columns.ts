// The best columns of each row of scores, kept while the scores come in blocks of columns; on several threads.
import { availableParallelism } from "node:os";
import { BLOCK_SCORES } from "../kernels/best-columns.ts";
import { sharedMemory } from "./shared-memory.ts";

/** Rows of a chunk: many enough to share the cost of a claim. */
const CHUNK_ROWS = 16;
const WORD = 4;

/** Scores of every row for some columns. */
export interface ScoreBlock {
  /** Row-major; row r begins at `r * stride`. */
  readonly data: Float32Array;
  readonly stride: number;
  readonly rows: number;
  /** Columns of the block that count; the first has the number `firstColumn`. */
  readonly columns: number;
  readonly firstColumn: number;
}

/** Lists of the `k` best columns of so many rows, best first; of equal scores the one that came first stays ahead. */
export class BestColumns {
  readonly rows: number;
  readonly k: number;
  /** [rows, k + 1]: each list behind an entry of infinity. */
  private readonly scores: Float32Array;
  private readonly columns: Int32Array;
  private readonly threads: number;

  /** `threads` at most work on a block. */
  constructor(rows: number, k: number, threads = availableParallelism()) {
    this.rows = rows;
    this.k = k;
    this.threads = threads;
    this.scores = new Float32Array(rows * (k + 1)).fill(-Infinity);
    for (let r = 0; r < rows; r++) this.scores[r * (k + 1)] = Infinity;
    this.columns = new Int32Array(rows * (k + 1)).fill(-1);
  }

  /** Take the scores of more columns; blocks come in ascending order of columns. NaN and -Infinity are never taken. */
  add({ data, stride, rows, columns, firstColumn }: ScoreBlock): void {
    const memory = sharedMemory();
    memory.begin();
    const padded = Math.ceil(columns / BLOCK_SCORES) * BLOCK_SCORES;
    const at = memory.take(WORD * padded * rows);
    const scores = memory.floats(at, padded * rows);
    if (padded === columns && stride === columns) scores.set(data.subarray(0, rows * columns));
    else {
      for (let r = 0; r < rows; r++) {
        scores.set(data.subarray(r * stride, r * stride + columns), r * padded);
        scores.fill(-Infinity, r * padded + columns, (r + 1) * padded);
      }
    }
    const size = WORD * (this.k + 1);
    const used = rows * (this.k + 1);
    const [best, ids] = [memory.put(this.scores), memory.put(this.columns)];
    const rowBytes = WORD * padded;
    const lists: number[][] = [];
    for (let begin = 0; begin < rows; begin += CHUNK_ROWS) {
      const end = Math.min(begin + CHUNK_ROWS, rows);
      const own = [best + size * begin, ids + size * begin, size, firstColumn];
      lists.push([at + rowBytes * begin, at + rowBytes * end, rowBytes, ...own]);
    }
    memory.pool.forEach("bestColumns", lists, this.threads);
    this.scores.set(memory.floats(best, used));
    this.columns.set(memory.ints(ids, used));
  }

  /**
   * Write row r's list to `scores` and `columns` at `at`; columns that were never filled are -1, their scores
   * -Infinity.
   */
  copyRow(r: number, scores: Float32Array, columns: Int32Array, at: number): void {
    const from = r * (this.k + 1) + 1;
    scores.set(this.scores.subarray(from, from + this.k), at);
    columns.set(this.columns.subarray(from, from + this.k), at);
  }
}
