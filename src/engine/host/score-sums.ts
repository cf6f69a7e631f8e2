// Scores of all items as sums of weighed rows, and the best of them. The rows stand in a memory that sessions write to
// and kernels read: what sums them copies and allocates nothing for a question. (onnxruntime-node gives a copy of what
// it has written there back besides, which nobody reads.)
import { instance } from "../kernels/instance.ts";
import { SCORE_KERNELS, type ScoreKernels } from "../kernels/score-sums.ts";

const WORD = 4;
/** Lengths of rows of scores are multiples of this. */
const BLOCK = 64;
/** Longest list that is kept by a kernel, which moves what stands behind a newcomer. */
const MOST_LISTED = 256;

/** Of 32 bits: what is hidden, minus infinity, lies below. */
const LOWEST = -3.4028234663852886e38;

/** What a row counts for item i: common + byFirst first[i] + bySecond second[i]. */
export interface RowWeight {
  readonly common: number;
  readonly byFirst: number;
  readonly bySecond: number;
}

/** Places best first, and their scores; of equal ones the lower place. */
export interface BestScores {
  readonly places: Int32Array;
  readonly scores: Float32Array;
}

const padded = (bytes: number): number => BLOCK * Math.ceil(bytes / BLOCK);

/** One sum after another over the same items: set `total`, fill `rows`, `add` each row, and ask for the `best`. */
export class ScoreSums {
  /** Most that `best` and `possible` may be asked for. */
  static readonly mostListed = MOST_LISTED;
  /** Rows of scores, nItems each and without gaps: [rows, nItems]. */
  readonly rows: Float32Array;
  /** The sum that is being made, minus infinity before it is first set. [nItems] */
  readonly total: Float32Array;
  private readonly nItems: number;
  private readonly length: number;
  private readonly kernels: ScoreKernels;
  private readonly memory: ScoreMemory;

  /** `first` and `second` [nItems]: what weights depend on, by item; `rows`: how many rows of scores there are. */
  constructor(first: Float32Array, second: Float32Array, rows: number) {
    const nItems = first.length;
    this.nItems = nItems;
    this.length = padded(WORD * nItems);
    this.memory = layOut(nItems, rows, this.length);
    const { buffer, at } = this.memory;
    new Float32Array(buffer, at.first, nItems).set(first);
    new Float32Array(buffer, at.second, nItems).set(second);
    // What fills a row up to a whole block is never found.
    new Float32Array(buffer, at.total, this.length / WORD).fill(Number.NEGATIVE_INFINITY);
    this.kernels = this.memory.kernels;
    this.total = new Float32Array(buffer, at.total, nItems);
    this.rows = new Float32Array(buffer, at.rows, nItems * rows);
  }

  /** Add row number `row` to the total, weighed. */
  add(row: number, weight: RowWeight): void {
    const { at } = this.memory;
    this.takeFactors(weight, 1);
    this.kernels.addWeighed(at.total, at.rows + WORD * this.nItems * row, at.first, at.second, at.factors, this.length);
  }

  /** The `count` best of the total, at most `mostListed`; minus infinity is never among them. */
  best(count: number): BestScores {
    return this.bestOf(this.memory.at.total, count);
  }

  /**
   * Items that may be among the `count` best (at most `mostListed`) of total + weight x, whatever x between 0 and 1 is
   * each item's. Valid until the next call.
   */
  possible(count: number, weight: RowWeight): Int32Array {
    const { at, buffer } = this.memory;
    // Products that should be 1 may be a little more.
    this.takeFactors(weight, 1 + 1e-4);
    this.kernels.bounds(at.low, at.high, at.total, at.first, at.second, at.factors, this.length);
    const { scores } = this.bestOf(at.low, count);
    const threshold = scores.length < count ? LOWEST : scores[count - 1]!;
    new Float32Array(buffer, at.factors, 1)[0] = threshold;
    this.kernels.collect(at.ids, at.high, at.factors, this.length, at.count);
    return new Int32Array(buffer, at.ids, new Int32Array(buffer, at.count, 1)[0]!);
  }

  private bestOf(row: number, count: number): BestScores {
    const { at, buffer } = this.memory;
    const scores = new Float32Array(buffer, at.best, count + 1).fill(Number.NEGATIVE_INFINITY);
    const places = new Int32Array(buffer, at.bestPlaces, count + 1);
    scores[0] = Number.POSITIVE_INFINITY;
    const size = WORD * (count + 1);
    this.kernels.bestColumns(row, row + this.length, this.length, at.best, at.bestPlaces, size, 0);
    let found = 0;
    while (found < count && scores[found + 1]! > Number.NEGATIVE_INFINITY) found++;
    return { places: places.slice(1, found + 1), scores: scores.slice(1, found + 1) };
  }

  private takeFactors({ common, byFirst, bySecond }: RowWeight, times: number): void {
    this.memory.factors[0] = common * times;
    this.memory.factors[1] = byFirst * times;
    this.memory.factors[2] = bySecond * times;
  }
}

type Part =
  | "factors"
  | "count"
  | "first"
  | "second"
  | "total"
  | "low"
  | "high"
  | "ids"
  | "best"
  | "bestPlaces"
  | "rows";

interface ScoreMemory {
  readonly buffer: ArrayBuffer;
  readonly at: Readonly<Record<Part, number>>;
  readonly factors: Float32Array;
  readonly kernels: ScoreKernels;
}

function layOut(nItems: number, rows: number, length: number): ScoreMemory {
  const list = padded(WORD * (MOST_LISTED + 1));
  const sizes: Readonly<Record<Part, number>> = {
    factors: BLOCK,
    count: BLOCK,
    first: length,
    second: length,
    total: length,
    low: length,
    high: length,
    ids: length,
    best: list,
    bestPlaces: list,
    // A kernel that reads the last row reads to the end of a block.
    rows: WORD * nItems * rows + BLOCK,
  };
  let end = 0;
  const at = {} as Record<Part, number>;
  for (const part of Object.keys(sizes) as Part[]) {
    at[part] = end;
    end += sizes[part];
  }
  const { buffer, kernels } = instance(SCORE_KERNELS, end);
  return { buffer, at, factors: new Float32Array(buffer, at.factors, 3), kernels };
}
