// The two loops of an eigenvalue problem that matter, in doubles: a rank-two update joined with a product, and
// reflections of several vectors at once. Rows are padded to whole tiles; what lies in the padding is zero.
import { type Code, f32x4, f64x2, get, i32, type Kernel, loopWhileBelow, set } from "./assembler.ts";

const VECTOR = 16;
const DOUBLE = 8;
/** Vectors side by side in a loop's body. */
const TILE = 4;
/** Doubles of a tile. */
export const TILE_DOUBLES = (TILE * VECTOR) / DOUBLE;
/** Vectors that `reflect` treats together. */
export const REFLECTED_TOGETHER = 4;

const { load, store } = f32x4;
const numbered = <Name extends string>(names: readonly Name[]): Record<Name, number> =>
  Object.fromEntries(names.map((name, i) => [name, i])) as Record<Name, number>;
const at = (base: number, offset: number): Code => i32.add(get(base), get(offset));
const tiles = Array.from({ length: TILE }, (_, i) => i);

/**
 * For each row of A from `row` to `end` (addresses, `stride` apart): row -= v_i w + w_i v, then product_i = row . x.
 * Columns from byte `from` to `stride`. `vi`, `wi` and `product` are the addresses of v_i, w_i and product_i of the
 * first row.
 */
export function rankTwoProduct(): Kernel {
  const p = numbered([
    "row",
    "end",
    "vi",
    "wi",
    "product",
    "v",
    "w",
    "x",
    "from",
    "stride",
    "column",
    "a",
    "b",
    "s0",
    "s1",
    "s2",
    "s3",
    "y",
  ]);
  const sums = [p.s0, p.s1, p.s2, p.s3];
  const { add, sub, mul, loadSplat, total, storeFirst, zero } = f64x2;
  const updated = (i: number): Code =>
    sub(
      load(at(p.row, p.column), VECTOR * i),
      add(mul(get(p.a), load(at(p.w, p.column), VECTOR * i)), mul(get(p.b), load(at(p.v, p.column), VECTOR * i))),
    );
  return {
    parameters: 10,
    ints: 1,
    vectors: 7,
    body: [
      // The distance of rows is no constant: the body steps.
      loopWhileBelow(p.row, 0, get(p.end), [
        set(p.a, loadSplat(get(p.vi))),
        set(p.b, loadSplat(get(p.wi))),
        sums.map((sum) => set(sum, zero)),
        set(p.column, get(p.from)),
        loopWhileBelow(
          p.column,
          TILE * VECTOR,
          get(p.stride),
          tiles.map((i) => [
            set(p.y, updated(i)),
            store(at(p.row, p.column), get(p.y), VECTOR * i),
            set(sums[i]!, add(get(sums[i]!), mul(get(p.y), load(at(p.x, p.column), VECTOR * i)))),
          ]),
        ),
        set(p.s0, add(add(get(p.s0), get(p.s1)), add(get(p.s2), get(p.s3)))),
        storeFirst(get(p.product), total(get(p.s0))),
        set(p.vi, i32.add(get(p.vi), i32.constant(DOUBLE))),
        set(p.wi, i32.add(get(p.wi), i32.constant(DOUBLE))),
        set(p.product, i32.add(get(p.product), i32.constant(DOUBLE))),
        set(p.row, i32.add(get(p.row), get(p.stride))),
      ]),
    ],
  };
}

/**
 * Four vectors z (rows `stride` apart, from `z`) through the reflections I - beta v v^T, the last first. `reflector`
 * and `beta` are the addresses of the last of `count`; those before it stand `stride` and 8 bytes before. Reflector
 * number k is zero up to and including column k.
 */
export function reflect(): Kernel {
  const p = numbered([
    "z",
    "reflector",
    "beta",
    "count",
    "stride",
    "done",
    "column",
    "from",
    "z1",
    "z2",
    "z3",
    "s0",
    "s1",
    "s2",
    "s3",
    "v",
  ]);
  const { add, sub, mul, loadSplat, total, zero } = f64x2;
  const rows = [p.z, p.z1, p.z2, p.z3];
  const sums = [p.s0, p.s1, p.s2, p.s3];
  const overColumns = (body: Code): Code => [
    set(p.column, get(p.from)),
    loopWhileBelow(p.column, VECTOR, get(p.stride), body),
  ];
  return {
    parameters: 5,
    ints: 6,
    vectors: 5,
    body: [
      set(p.z1, i32.add(get(p.z), get(p.stride))),
      set(p.z2, i32.add(get(p.z1), get(p.stride))),
      set(p.z3, i32.add(get(p.z2), get(p.stride))),
      loopWhileBelow(p.done, 1, get(p.count), [
        // Reflector k begins at column k + 1 = count - done, here at the pair of columns with it.
        set(p.from, i32.mul(i32.sub(get(p.count), get(p.done)), i32.constant(DOUBLE))),
        set(p.from, i32.and(get(p.from), i32.constant(-VECTOR))),
        sums.map((sum) => set(sum, zero)),
        overColumns([
          set(p.v, load(at(p.reflector, p.column))),
          rows.map((row, j) => set(sums[j]!, add(get(sums[j]!), mul(get(p.v), load(at(row, p.column)))))),
        ]),
        set(p.v, loadSplat(get(p.beta))),
        sums.map((sum) => set(sum, mul(get(p.v), total(get(sum))))),
        overColumns([
          set(p.v, load(at(p.reflector, p.column))),
          rows.map((row, j) => store(at(row, p.column), sub(load(at(row, p.column)), mul(get(sums[j]!), get(p.v))))),
        ]),
        set(p.reflector, i32.sub(get(p.reflector), get(p.stride))),
        set(p.beta, i32.add(get(p.beta), i32.constant(-DOUBLE))),
      ]),
    ],
  };
}
