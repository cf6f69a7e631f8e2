import { describe, expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import {
  add,
  compile,
  concat,
  gather,
  mul,
  pad,
  relu,
  reshape,
  SparseOperator,
  scatterAdd,
  slice,
  sparsePolynomial,
  spmm,
  type Tensor,
  type TensorData,
  type Trace,
  trace,
} from "../index.ts";
import { isOp, sizeOf } from "../trace/tensor.ts";
import { assign, filledRows, isRowExpression, type Lookup, leavesOf, rowNumbers, rowsRead } from "./row-expression.ts";

const WIDTH = 3;
const table = (t: Trace, name: string, rows: number) => t.input(name, [rows, WIDTH]);
const numbers = (t: Trace, name: string, count: number) => t.input(name, [count], "int32");

/** Rows for x [5, 3] from v [4, 3], one of them twice. */
const scattered = (t: Trace, base?: Tensor) => scatterAdd(numbers(t, "i", 4), table(t, "v", 4), 5, base);

/** Whole numbers, so that any order of additions gives the same floats. */
const whole = (length: number, label: string): Float32Array => {
  const random = Random.of(1, label);
  return Float32Array.from({ length }, () => 1 + random.below(9));
};

const FEEDS: Readonly<Record<string, TensorData>> = {
  x: whole(5 * WIDTH, "x"),
  y: whole(2 * WIDTH, "y"),
  v: whole(4 * WIDTH, "v"),
  w: whole(2 * WIDTH, "w"),
  i: Int32Array.of(3, 0, 3, 1),
  j: Int32Array.of(1, 0),
  row: whole(WIDTH, "row"),
  column: whole(4, "column"),
  first: Int32Array.of(0),
  nothing: new Float32Array(0),
  nowhere: new Int32Array(0),
};

/** What a session makes of an expression and of its leaves. */
async function compiled(body: (t: Trace) => Tensor) {
  const nameOf = (leaf: Tensor): string => (isOp(leaf, "input") ? leaf.attributes.name : `leaf${leaf.id}`);
  const program = trace((t) => {
    const result = body(t);
    const made = leavesOf(result).filter((leaf) => leaf !== result && !isOp(leaf, "input"));
    return { result, ...Object.fromEntries(made.map((leaf) => [nameOf(leaf), leaf])) };
  });
  const executable = await compile(program);
  const feeds = Object.fromEntries(program.inputs.map(({ attributes: { name } }) => [name, FEEDS[name]!]));
  const results = await executable.run(feeds);
  await executable.dispose();
  const { result } = program.outputs as { result: Tensor };
  const lookup: Lookup = (tensor) => {
    const value = feeds[nameOf(tensor)] ?? results[nameOf(tensor)];
    if (value === undefined) throw new Error(`looked up ${tensor.op}, which is no leaf`);
    return value;
  };
  return { result, expected: results.result!, lookup };
}

const CASES: Readonly<Record<string, (t: Trace) => Tensor>> = {
  "tables below one another": (t) => concat([table(t, "x", 5), table(t, "y", 2), table(t, "x", 5)], 0),
  "a table without rows among others": (t) => concat([table(t, "y", 2), table(t, "nothing", 0), table(t, "x", 5)], 0),
  "rows of a table": (t) => slice(table(t, "x", 5), 0, 1, 4),
  "no rows of a table": (t) => slice(table(t, "x", 5), 0, 2, 2),
  "rows of rows": (t) => slice(slice(table(t, "x", 5), 0, 1, 5), 0, 1, 3),
  "zeros above and below": (t) => pad(table(t, "x", 5), 0, 2, 1),
  "zeros above": (t) => pad(table(t, "x", 5), 0, 2, 0),
  "zeros below": (t) => pad(table(t, "x", 5), 0, 0, 1),
  "rows of some tables below zeros": (t) =>
    concat([pad(slice(table(t, "x", 5), 0, 2, 4), 0, 1, 1), pad(pad(table(t, "y", 2), 0, 1, 0), 0, 0, 2)], 0),
  "scattered rows": (t) => scattered(t),
  "no scattered rows": (t) => scatterAdd(numbers(t, "nowhere", 0), table(t, "nothing", 0), 5),
  "scattered rows on a table": (t) => scattered(t, table(t, "x", 5)),
  "scattered rows on scattered rows": (t) =>
    scattered(t, scatterAdd(numbers(t, "j", 2), table(t, "w", 2), 5, scattered(t))),
  "scattered rows on zeros": (t) => scattered(t, t.fill(0, [5, WIDTH])),
  "scattered rows on the rows of a table": (t) =>
    scatterAdd(numbers(t, "j", 2), table(t, "w", 2), 2, slice(table(t, "x", 5), 0, 3, 5)),
  "scattered rows among zeros": (t) => pad(scattered(t), 0, 3, 2),
  "scattered rows below a table": (t) => concat([table(t, "y", 2), scattered(t), table(t, "y", 2)], 0),
  "a table and scattered rows": (t) => add(table(t, "x", 5), scattered(t)),
  "scattered rows and a table": (t) => add(scattered(t), table(t, "x", 5)),
  "scattered rows twice": (t) => add(scattered(t), scattered(t)),
  "two kinds of scattered rows among zeros, and a table": (t) =>
    add(
      add(pad(scatterAdd(numbers(t, "j", 2), table(t, "w", 2), 2), 0, 0, 3), pad(scattered(t), 0, 0, 0)),
      concat([pad(table(t, "y", 2), 0, 1, 0), table(t, "y", 2)], 0),
    ),
  "scattered rows of what a session makes": (t) =>
    scatterAdd(reshape(numbers(t, "i", 4), [4]), mul(table(t, "v", 4), 2), 5, relu(table(t, "x", 5))),
  zeros: (t) => add(t.fill(0, [5, WIDTH]), t.fill(0, [5, WIDTH])),
  "zeros below ones": (t) => concat([t.fill(1, [2, WIDTH]), t.fill(0, [2, WIDTH])], 0),
  "a row added to each of scattered rows": (t) =>
    concat([add(scattered(t), t.input("row", [1, WIDTH])), table(t, "y", 2)], 0),
  "a scattered row added to each of a table": (t) =>
    pad(add(table(t, "x", 5), scatterAdd(numbers(t, "first", 1), table(t, "row", 1), 1)), 0, 1, 0),
  "a scattered column added to each of a table": (t) =>
    pad(add(table(t, "x", 5), scatterAdd(numbers(t, "i", 4), t.input("column", [4, 1]), 5)), 0, 1, 0),
  "a table and a scattered column between columns of zeros": (t) => {
    const column = scatterAdd(numbers(t, "i", 4), t.input("column", [4, 1]), 5);
    return concat([add(table(t, "x", 5), pad(column, 1, 1, 1)), table(t, "y", 2)], 0);
  },
  "a row of zeros and a table": (t) => pad(add(t.fill(0, [1, WIDTH]), table(t, "x", 5)), 0, 1, 0),
};

describe("row expressions", () => {
  it.each(Object.entries(CASES))("have the value that a session gives them: %s", async (_, body) => {
    const { result, expected, lookup } = await compiled(body);
    const target = new Float32Array(sizeOf(result.shape)).fill(Number.NaN);
    assign(result, target, lookup);
    expect([...target]).toEqual([...expected]);
    // All feeds are positive: no row cancels.
    const isFilled = Array.from({ length: result.shape[0]! }, (_row, r) => Number(expected[r * WIDTH]! !== 0));
    expect([...(filledRows(result, lookup) ?? isFilled)]).toEqual(isFilled);
  });

  it("flag rows where nothing but zeros and scattered rows are added up", () => {
    const flagged = Object.entries(CASES).filter(([, body]) => {
      const { result } = trace((t) => ({ result: body(t) })).outputs as { result: Tensor };
      return filledRows(result, (tensor) => FEEDS[(tensor as Tensor<"input">).attributes.name]!) !== undefined;
    });
    expect(flagged.map(([name]) => name)).toEqual([
      "scattered rows",
      "no scattered rows",
      "scattered rows on scattered rows",
      "scattered rows on zeros",
      "scattered rows among zeros",
      "scattered rows twice",
      "zeros",
    ]);
  });

  it("are read down to tables, row numbers and what a session makes", () => {
    trace((t) => {
      const [x, y, v, w] = [table(t, "x", 5), table(t, "y", 2), table(t, "v", 4), table(t, "w", 2)];
      const [i, j] = [numbers(t, "i", 4), numbers(t, "j", 2)];
      const made = mul(x, 2);
      expect(leavesOf(x)).toEqual([x]);
      expect(leavesOf(made)).toEqual([made]);
      expect(leavesOf(concat([pad(y, 0, 1, 0), slice(made, 0, 0, 3)], 0))).toEqual([y, made]);
      expect(leavesOf(slice(concat([x, y], 0), 0, 1, 2))).toEqual([concat([x, y], 0)]);
      expect(leavesOf(add(scatterAdd(i, v, 5), made))).toEqual([i, v, made]);
      expect(leavesOf(scatterAdd(j, w, 5, scatterAdd(i, v, 5, x)))).toEqual([j, w, i, v, x]);
      expect(leavesOf(add(scatterAdd(i, v, 5), t.fill(0, [5, WIDTH])))).toEqual([i, v]);
      return { made };
    });
  });

  it("leave sums of two tables, sums that repeat one, and columns to a session", () => {
    trace((t) => {
      const [x, row] = [table(t, "x", 5), table(t, "row", 1)];
      for (const other of [add(x, x), add(x, 1), concat([x, x], 1), slice(x, 1, 0, 2), pad(x, 1, 0, 2)]) {
        expect(isRowExpression(other)).toBe(false);
      }
      expect(isRowExpression(add(scattered(t), row))).toBe(false);
      expect(isRowExpression(add(x, scatterAdd(numbers(t, "first", 1), row, 1)))).toBe(false);
      expect(isRowExpression(concat([numbers(t, "i", 4), numbers(t, "j", 2)], 0))).toBe(false);
      expect(isRowExpression(pad(t.input("cube", [2, 3, 4]), 0, 1, 1))).toBe(false);
      return { x };
    });
  });

  it.each([-1, 5])("refuse to add to row %d of five", (row) => {
    const sum = (t: Trace) => ({ result: add(table(t, "x", 5), scattered(t)) });
    const { result } = trace(sum).outputs as { result: Tensor };
    const feeds = { ...FEEDS, i: Int32Array.of(0, row, 2, 3) };
    const lookup: Lookup = (tensor) => feeds[(tensor as Tensor<"input">).attributes.name as keyof typeof feeds];
    expect(() => assign(result, new Float32Array(5 * WIDTH), lookup)).toThrow(
      `row ${row} of a table with 5 rows, expected 0 to 4`,
    );
  });
});

describe("rows read of a product", () => {
  const operator = new SparseOperator({
    rows: 6,
    columns: 6,
    offsets: Int32Array.of(0, 1, 2, 3, 4, 5, 6),
    indices: Int32Array.of(1, 2, 3, 4, 5, 0),
    values: new Float32Array(6).fill(1),
  });

  it("are numbered in the product, through slices and reshaped indices", () => {
    trace((t) => {
      const product = spmm(operator, table(t, "x", 6)) as Tensor<"sparsePolynomial">;
      const i = t.input("i", [2, 2], "int32") as Tensor<"input">;
      const inner = slice(slice(product, 0, 1, 6), 0, 1, 4);
      const read = rowsRead(gather(inner, reshape(reshape(i, [4, 1]), [4])))!;
      expect(read).toEqual({ product, offset: 2, rows: 3, indices: i });
      expect([...rowNumbers(read, () => Int32Array.of(0, 2, 2, 1))]).toEqual([2, 4, 4, 3]);
      expect(rowsRead(gather(product, numbers(t, "j", 2)))).toMatchObject({ offset: 0, rows: 6 });
      return { product };
    });
  });

  it("are neither those of other tables, nor by numbers that a session makes, nor parts of rows", () => {
    trace((t) => {
      const x = table(t, "x", 6);
      const product = sparsePolynomial(operator, x, [1, 1]);
      const i = numbers(t, "i", 4);
      const others = [
        gather(x, i),
        gather(mul(product, 2), i),
        gather(product, gather(i, i)),
        gather(product, slice(i, 0, 0, 2)),
        gather(product, t.input("pairs", [2, 2], "int32")),
        gather(slice(product, 1, 0, 2), i),
        gather(reshape(product, [18]), i),
        slice(product, 0, 0, 2),
      ];
      expect(others.map(rowsRead)).toEqual(others.map(() => undefined));
      return { product };
    });
  });

  it.each([-1, 3])("are refused outside the slice, though the product has them: row %d", (row) => {
    trace((t) => {
      const product = spmm(operator, table(t, "x", 6));
      const read = rowsRead(gather(slice(product, 0, 2, 5), numbers(t, "i", 2)))!;
      expect(() => rowNumbers(read, () => Int32Array.of(0, row))).toThrow(
        `row ${row} of a table with 3 rows, expected 0 to 2`,
      );
      return { product };
    });
  });
});
