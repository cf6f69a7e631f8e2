// Sums of rows of scores, four items at a time, and what is looked for in them. All addresses and lengths are in bytes;
// lengths of rows of scores are multiples of 64, addresses of what is added need not be.
import { type Code, f32, f32x4, get, i32, type Kernel, loopWhileBelow, set, u32x4, when } from "./assembler.ts";
import { bestColumns } from "./best-columns.ts";
import type { Callable } from "./instance.ts";

const VECTOR = 16;
const WORD = 4;
const BLOCK = 4 * VECTOR;

const { add, mul, load, loadSplat, store } = f32x4;
const at = (base: number, offset: number): Code => i32.add(get(base), get(offset));

/** c + a first + b second for four items. */
const weightOf = ([c, a, b]: readonly number[], first: Code, second: Code): Code =>
  add(get(c!), add(mul(get(a!), first), mul(get(b!), second)));
const takeFactors = (locals: readonly number[], factors: number): Code =>
  locals.map((local, i) => set(local, loadSplat(get(factors), WORD * i)));

/** total += (c + a first + b second) row, with the floats c, a, b at `factors`. */
function addWeighed(): Kernel {
  const [total, row, first, second, factors, length, offset] = [0, 1, 2, 3, 4, 5, 6];
  const parts = [7, 8, 9];
  const weight = weightOf(parts, load(at(first, offset)), load(at(second, offset)));
  return {
    parameters: 6,
    ints: 1,
    vectors: 3,
    body: [
      takeFactors(parts, factors),
      loopWhileBelow(offset, VECTOR, get(length), [
        store(at(total, offset), add(load(at(total, offset)), mul(weight, load(at(row, offset))))),
      ]),
    ],
  };
}

/** low and high: the least and the most of total + (c + a first + b second) x for x between 0 and 1. */
function bounds(): Kernel {
  const [low, high, total, first, second, factors, length, offset] = [0, 1, 2, 3, 4, 5, 6, 7];
  const [parts, weight] = [[8, 9, 10], 11];
  const { zero, min, max } = f32x4;
  return {
    parameters: 7,
    ints: 1,
    vectors: 4,
    body: [
      takeFactors(parts, factors),
      loopWhileBelow(offset, VECTOR, get(length), [
        set(weight, weightOf(parts, load(at(first, offset)), load(at(second, offset)))),
        store(at(low, offset), add(load(at(total, offset)), min(get(weight), zero))),
        store(at(high, offset), add(load(at(total, offset)), max(get(weight), zero))),
      ]),
    ],
  };
}

/** Numbers of the items that have at least the float at `threshold` in `row`, ascending; how many, at `count`. */
function collect(): Kernel {
  const [ids, row, threshold, length, count, offset, lane, next, vector] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const passes = (i: number): Code => f32x4.atLeast(load(at(row, offset), VECTOR * i), get(vector));
  const any = u32x4.anyTrue(u32x4.or(u32x4.or(passes(0), passes(1)), u32x4.or(passes(2), passes(3))));
  return {
    parameters: 5,
    ints: 3,
    vectors: 1,
    body: [
      set(vector, loadSplat(get(threshold))),
      set(next, get(ids)),
      loopWhileBelow(offset, BLOCK, get(length), [
        when(any, [
          set(lane, get(offset)),
          loopWhileBelow(lane, WORD, i32.add(get(offset), i32.constant(BLOCK)), [
            when(f32.atLeast(f32.load(at(row, lane)), f32.load(get(threshold))), [
              i32.store(get(next), i32.shiftRight(get(lane), 2)),
              set(next, i32.add(get(next), i32.constant(WORD))),
            ]),
          ]),
        ]),
      ]),
      i32.store(get(count), i32.shiftRight(i32.sub(get(next), get(ids)), 2)),
    ],
  };
}

export const SCORE_KERNELS = {
  addWeighed: addWeighed(),
  bounds: bounds(),
  collect: collect(),
  bestColumns: bestColumns(),
};

export type ScoreKernels = Callable<keyof typeof SCORE_KERNELS>;
