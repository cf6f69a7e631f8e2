// Products of a few queries with gathered rows, the largest of each row.
import { type Code, f32, f32x4, get, i32, type Kernel, loopWhileBelow, set } from "./assembler.ts";

const VECTOR = 16;
const WORD = 4;
const BLOCK = 4 * VECTOR;

const { add, mul, load } = f32x4;
const at = (base: number, offset: number): Code => i32.add(get(base), get(offset));

/**
 * Of each row from `row` to `end`: the largest product with a query, times the query's float at `factors`, never below
 * 0, one float a row into `out`. Rows and queries are `stride` bytes long, a multiple of 64; so many queries as end at
 * `queriesEnd`.
 */
export function largestProducts(): Kernel {
  const [out, row, end, stride, queries, queriesEnd, factors, query, factor, offset] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const [most, sum] = [10, 11];
  const times = (i: number): Code => mul(load(at(row, offset), VECTOR * i), load(at(query, offset), VECTOR * i));
  const { lane } = f32x4;
  const total = f32.add(f32.add(lane(get(sum), 0), lane(get(sum), 1)), f32.add(lane(get(sum), 2), lane(get(sum), 3)));
  const toNext = (local: number, step: Code): Code => set(local, i32.add(get(local), step));
  return {
    parameters: 7,
    ints: 3,
    floats: 1,
    vectors: 1,
    body: [
      loopWhileBelow(row, 0, get(end), [
        set(most, f32.zero),
        set(query, get(queries)),
        set(factor, get(factors)),
        loopWhileBelow(query, 0, get(queriesEnd), [
          set(sum, f32x4.zero),
          set(offset, i32.constant(0)),
          loopWhileBelow(offset, BLOCK, get(stride), [
            set(sum, add(get(sum), add(add(times(0), times(1)), add(times(2), times(3))))),
          ]),
          set(most, f32.max(get(most), f32.mul(total, f32.load(get(factor))))),
          toNext(query, get(stride)),
          toNext(factor, i32.constant(WORD)),
        ]),
        f32.store(get(out), get(most)),
        toNext(out, i32.constant(WORD)),
        toNext(row, get(stride)),
      ]),
    ],
  };
}
