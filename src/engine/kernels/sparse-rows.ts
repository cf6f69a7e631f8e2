// Rows of y = f (A x + c b) for a sparse A, in WebAssembly: each row is summed in registers, a few columns at a time,
// so that its neighbours' rows are read from memory once.
import { type Code, f32x4, get, i32, type Kernel, loopWhileBelow, set } from "./assembler.ts";

const VECTOR = 16;
const WORD = 4;

/** Vectors summed side by side: enough to hide the latency of an addition, few enough for sixteen registers. */
const TILE = 8;

/** Parameters in order; all i32, addresses and lengths in bytes. */
const PARAMETERS = [
  /** Address of the first row number, and of what follows the last; y gets one row for each, in their order. */
  "row",
  "end",
  "y",
  "x",
  /** b, and the distance of its rows: 0 = one row for all. */
  "base",
  "baseStride",
  /** Address of the floats c and f. */
  "factors",
  /** Rows of A: int32 offsets by row number, int32 columns, floats. */
  "offsets",
  "indices",
  "values",
  /** Length of a row of x and y, a multiple of 16. */
  "stride",
] as const;

export function sparseRows(): Kernel {
  const names = [
    ...PARAMETERS,
    ...(["first", "last", "edge", "column", "from", "at", "start", "whole"] as const),
    ...(["c", "f", "weight"] as const),
  ] as const;
  const p = Object.fromEntries(names.map((name, i) => [name, i])) as Record<(typeof names)[number], number>;
  const sums = Array.from({ length: TILE }, (_, i) => names.length + i);
  const { add, mul, load, loadSplat, store } = f32x4;
  const scaled = (index: Code, size: Code): Code => i32.mul(index, size);

  /** `count` vectors of a row, from byte `column` on. */
  const tile = (count: number): Code => {
    const used = sums.slice(0, count);
    return [
      set(p.at, i32.add(get(p.start), get(p.column))),
      used.map((sum, i) => set(sum, mul(get(p.c), load(get(p.at), VECTOR * i)))),
      set(p.edge, get(p.first)),
      loopWhileBelow(p.edge, WORD, get(p.last), [
        set(p.weight, loadSplat(i32.add(get(p.values), get(p.edge)))),
        set(p.from, scaled(i32.load(i32.add(get(p.indices), get(p.edge))), get(p.stride))),
        set(p.from, i32.add(get(p.from), i32.add(get(p.x), get(p.column)))),
        used.map((sum, i) => set(sum, add(get(sum), mul(get(p.weight), load(get(p.from), VECTOR * i))))),
      ]),
      set(p.at, i32.add(get(p.y), get(p.column))),
      used.map((sum, i) => store(get(p.at), mul(get(p.f), get(sum)), VECTOR * i)),
    ];
  };

  return {
    parameters: PARAMETERS.length,
    ints: 8,
    vectors: 3 + TILE,
    body: [
      set(p.c, loadSplat(get(p.factors))),
      set(p.f, loadSplat(get(p.factors), WORD)),
      set(p.whole, i32.and(get(p.stride), i32.constant(-TILE * VECTOR))),
      loopWhileBelow(p.row, WORD, get(p.end), [
        set(p.at, i32.load(get(p.row))),
        set(p.start, i32.add(get(p.base), scaled(get(p.at), get(p.baseStride)))),
        set(p.at, i32.add(get(p.offsets), scaled(get(p.at), i32.constant(WORD)))),
        set(p.first, scaled(i32.load(get(p.at)), i32.constant(WORD))),
        set(p.last, scaled(i32.load(get(p.at), WORD), i32.constant(WORD))),
        set(p.column, i32.constant(0)),
        loopWhileBelow(p.column, TILE * VECTOR, get(p.whole), tile(TILE)),
        loopWhileBelow(p.column, VECTOR, get(p.stride), tile(1)),
        set(p.y, i32.add(get(p.y), get(p.stride))),
      ]),
    ],
  };
}
