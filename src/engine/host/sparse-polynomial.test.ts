import { describe, expect, it } from "vitest";
import { denseOf, randomOperator } from "../../../test/support/sparse-operators.ts";
import { Random } from "../../base/random.ts";
import { SparseOperator } from "../trace/sparse-operator.ts";
import { sparsePolynomial } from "./sparse-polynomial.ts";

interface Task {
  readonly operator: SparseOperator;
  readonly coefficients: readonly number[];
  readonly width: number;
  readonly x: Float32Array;
  readonly isFilled?: Uint8Array;
  readonly rows?: Int32Array;
  readonly threads?: number;
}

function compute({ x, isFilled, ...task }: Task): Float32Array {
  let found = new Float32Array(0);
  sparsePolynomial({
    ...task,
    fill: (target) => {
      target.set(x);
      return isFilled;
    },
    visit: (y) => {
      found = y.slice();
    },
  });
  return found;
}

/** Sum of c_l A^l x in doubles, of a dense A. */
function polynomial(a: Float64Array, n: number, x: ArrayLike<number>, width: number, coefficients: readonly number[]) {
  const columns = x.length / width;
  const sum = new Float64Array(n * width);
  let power = Float64Array.from(x);
  coefficients.forEach((coefficient, l) => {
    if (l > 0) {
      const next = new Float64Array(n * width);
      for (let r = 0; r < n; r++) {
        for (let k = 0; k < columns; k++) {
          const weight = a[r * columns + k]!;
          if (weight === 0) continue;
          for (let c = 0; c < width; c++) next[r * width + c]! += weight * power[k * width + c]!;
        }
      }
      power = next;
    }
    if (coefficient !== 0) for (let i = 0; i < sum.length; i++) sum[i]! += coefficient * power[i]!;
  });
  return sum;
}

/**
 * Largest error as a share of what float32 may be off. With at most m entries in a row, each of the L products rounds a
 * term m + 2 times (its product, its additions, the factor), and its coefficients thrice: (m + 5) L 2^-24 of the sum of
 * the terms' sizes, which is the polynomial of |A|, |x| and |c|. Where no term is, the result must be zero.
 */
function errorShare({ operator, coefficients, width, x }: Task, found: Float32Array): number {
  const dense = denseOf(operator);
  const expected = polynomial(dense, operator.rows, x, width, coefficients);
  const sizes = polynomial(dense.map(Math.abs), operator.rows, x.map(Math.abs), width, coefficients.map(Math.abs));
  const { offsets } = operator.source;
  const m = offsets.slice(1).reduce((most, end, r) => Math.max(most, end - offsets[r]!), 0);
  expect(found.length).toBe(expected.length);
  return found.reduce((worst, value, i) => {
    const error = Math.abs(value - expected[i]!);
    return error === 0 ? worst : Math.max(worst, error / ((m + 5) * (coefficients.length - 1) * 2 ** -24 * sizes[i]!));
  }, 0);
}

/** The bits: +0 and -0 differ. */
const bits = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

const copyRows = (y: Float32Array, width: number, rows: Int32Array): Float32Array =>
  Float32Array.from([...rows].flatMap((row) => [...y.subarray(row * width, (row + 1) * width)]));

const POLYNOMIALS = [
  [0, 1],
  [-1.5, 0.7],
  [0, 0, 1],
  [0.3, -2, 0.5],
  [0, 1, 0, -0.25],
  [0.5, 0, 2, 1],
  [0.25, 0.25, 0.25, 0.25],
];
// One column and three are padded to four; 32 fill the registers once; 130 are padded too, and wide enough for rows of
// zeros.
const WIDTHS = [1, 3, 4, 32, 36, 64, 128, 130];

const square = randomOperator(Random.of(1, "square"), { rows: 31, columns: 31, density: 0.2 });
const tall = randomOperator(Random.of(1, "tall"), { rows: 40, columns: 17, density: 0.3 });
const flat = randomOperator(Random.of(1, "flat"), { rows: 17, columns: 40, density: 0.3 });
const start = (operator: SparseOperator, width: number) => Random.of(2, width).normals(operator.columns * width);

/** x with rows of zeros where the flag is 0. */
function rowSparse(operator: SparseOperator, width: number, isFilled: Uint8Array): Float32Array {
  return start(operator, width).map((value, i) => (isFilled[Math.floor(i / width)] === 1 ? value : 0));
}

/** A product of several chunks: entries times columns are two million, of which a chunk takes a quarter million. */
const large = randomOperator(Random.of(1, "large"), { rows: 400, columns: 400, density: 0.2 });

describe("polynomials of a sparse matrix", () => {
  for (const coefficients of POLYNOMIALS) {
    it.each(WIDTHS)(`equal the dense one: coefficients ${coefficients}, width %d`, (width) => {
      const task = { operator: square, coefficients, width, x: start(square, width) };
      expect(errorShare(task, compute(task))).toBeLessThan(1);
    });
  }

  for (const [name, operator] of Object.entries({ tall, flat })) {
    it.each(WIDTHS)(`equal the dense product of a ${name} matrix, width %d`, (width) => {
      const task = { operator, coefficients: [0, 1], width, x: start(operator, width) };
      expect(errorShare(task, compute(task))).toBeLessThan(1);
    });
  }

  it("are zero, or their share of x, for a matrix without entries", () => {
    const empty = new SparseOperator({
      rows: 3,
      columns: 3,
      offsets: new Int32Array(4),
      indices: new Int32Array(0),
      values: new Float32Array(0),
    });
    const x = Float32Array.of(1, -2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    expect([...compute({ operator: empty, coefficients: [0, 3], width: 4, x })]).toEqual(new Array(12).fill(0));
    expect([...compute({ operator: empty, coefficients: [2, 0, 4], width: 4, x })]).toEqual([...x].map((v) => 2 * v));
  });

  it("sum a row of thousands of entries beside short ones", () => {
    // Whole numbers below 2^24: float32 sums are exact, in any order.
    const [columns, width] = [6000, 36];
    const random = Random.of(3);
    const lengths = [2, 5000, 0, 1];
    const offsets = Int32Array.of(0, 2, 5002, 5002, 5003);
    const indices = lengths.flatMap((length) => [...random.shuffle([...Array(columns).keys()]).slice(0, length)]);
    const values = Float32Array.from(indices, () => random.below(9) - 4);
    const operator = new SparseOperator({ rows: 4, columns, offsets, indices: Int32Array.from(indices), values });
    const x = Float32Array.from({ length: columns * width }, () => random.below(9) - 4);
    const found = compute({ operator, coefficients: [0, 1], width, x });
    expect([...found]).toEqual([...polynomial(denseOf(operator), 4, x, width, [0, 1])].map((value) => value + 0));
  });

  it("divide more work than the table of chunks has lines for", () => {
    // 2,000 rows of 60 entries, less a fifth, at 1024 columns: five rows fill a chunk of 2^18, and 320 chunks are too
    // many.
    const operator = randomOperator(Random.of(4), { rows: 2000, columns: 600, density: 0.1 });
    const width = 1024;
    const x = start(operator, width);
    const columns = [0, 517, 1023];
    const some = (from: Float32Array) => from.filter((_, i) => columns.includes(i % width));
    const found = compute({ operator, coefficients: [0, 1], width, x, threads: 3 });
    const task = { operator, coefficients: [0, 1], width: columns.length, x: some(x) };
    expect(errorShare(task, some(found))).toBeLessThan(1);
  });

  it("say how many rows are too many", () => {
    const rows = 70_000_000;
    const operator = new SparseOperator({ ...square.source, rows });
    expect(() => compute({ operator, coefficients: [0, 1], width: 4, x: new Float32Array(0) })).toThrow(
      "internal: a sparse product with 70000000 rows is beyond 32-bit addresses",
    );
  });
});

describe("rows that are asked for", () => {
  const lists = {
    "some, out of order": Int32Array.of(30, 2, 7, 0),
    "one of them often": Int32Array.of(4, 4, 17, 4, 2, 2),
    "more than there are": Int32Array.from({ length: 200 }, (_, i) => (i * 12) % 31),
    none: new Int32Array(0),
  };
  for (const coefficients of [[0, 1], [1, 0.5], [0.3, -2, 0.5], POLYNOMIALS[5]!]) {
    it.each(Object.entries(lists))(`have the bits of the whole result: coefficients ${coefficients}, %s`, (_, rows) => {
      for (const width of [4, 36, 130]) {
        const task = { operator: square, coefficients, width, x: start(square, width) };
        const expected = copyRows(compute(task), width, rows);
        expect(bits(compute({ ...task, rows })).equals(bits(expected))).toBe(true);
      }
    });
  }

  it("are right where rows of zeros are left out too, and the list is longer than the matrix", () => {
    const isFilled = Uint8Array.from({ length: 31 }, (_, i) => Number(i % 3 === 0));
    const x = rowSparse(square, 128, isFilled);
    for (const coefficients of POLYNOMIALS) {
      const task = { operator: square, coefficients, width: 128, x, isFilled };
      const rows = lists["more than there are"];
      expect(bits(compute({ ...task, rows })).equals(bits(copyRows(compute(task), 128, rows)))).toBe(true);
    }
  });

  it("are divided among threads by the work of the list", () => {
    const rows = Int32Array.from({ length: 1000 }, (_, i) => (i * 7) % 400);
    const task = { operator: large, coefficients: [0.5, 1, 2], width: 64, x: start(large, 64), threads: 3 };
    expect(bits(compute({ ...task, rows })).equals(bits(copyRows(compute(task), 64, rows)))).toBe(true);
  });
});

describe("rows of zeros", () => {
  const flags = {
    "a few": Uint8Array.from({ length: 40 }, (_, i) => Number(i % 7 === 1)),
    "all but a few": Uint8Array.from({ length: 40 }, (_, i) => Number(i % 7 !== 1)),
    none: new Uint8Array(40),
    all: new Uint8Array(40).fill(1),
  };
  for (const [name, given] of Object.entries(flags)) {
    it.each([64, 128, 130])(`change nothing: ${name} filled, width %d`, (width) => {
      for (const operator of [square, tall, flat]) {
        const isFilled = given.slice(0, operator.columns);
        for (const coefficients of operator === square ? POLYNOMIALS : [[0, 1]]) {
          const task = { operator, coefficients, width, x: rowSparse(operator, width, isFilled), isFilled };
          expect(errorShare(task, compute(task))).toBeLessThan(1);
        }
      }
    });
  }
});

describe("threads", () => {
  it.each(POLYNOMIALS.map((coefficients) => [coefficients]))("give the same bits, however many: %j", (coefficients) => {
    const isFilled = Uint8Array.from({ length: 400 }, (_, i) => Number(i % 2));
    for (const task of [
      { operator: large, coefficients, width: 64, x: start(large, 64) },
      { operator: large, coefficients, width: 130, x: rowSparse(large, 130, isFilled), isFilled },
    ]) {
      const [one, ...more] = [1, 2, 4, 1].map((threads) => compute({ ...task, threads }));
      for (const other of more) expect(bits(other).equals(bits(one!))).toBe(true);
    }
  });

  it("stay right over two thousand quick products, in memory that grows", () => {
    // Half a million products in the first and the third, two or three chunks; the second is one chunk.
    const tasks = [large, square, randomOperator(Random.of(5), { rows: 150, columns: 200, density: 0.2 })].map(
      (operator, i) => {
        const width = [16, 64, 100][i]!;
        return { operator, coefficients: [0, 1], width, x: start(operator, width), threads: 3 };
      },
    );
    const expected = tasks.map((task) => compute({ ...task, threads: 1 }));
    tasks.forEach((task, i) => {
      expect(errorShare(task, expected[i]!)).toBeLessThan(1);
    });
    let wrong = 0;
    for (let i = 0; i < 2000; i++) {
      if (i === 1000) {
        const width = 4000;
        compute({ operator: square, coefficients: [0, 0, 1], width, x: start(square, width), threads: 3 });
      }
      if (!bits(compute(tasks[i % 3]!)).equals(bits(expected[i % 3]!))) wrong++;
    }
    expect(wrong).toBe(0);
  });
});
