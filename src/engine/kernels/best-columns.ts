// Rows of scores into lists of the best: sixteen scores are compared with a list's last at a time, and the few that are
// better are put in their place.
import {
  type Code,
  f32,
  f32x4,
  get,
  i32,
  type Kernel,
  loopWhile,
  loopWhileBelow,
  set,
  u32x4,
  when,
} from "./assembler.ts";

const WORD = 4;
const VECTOR = 16;
const BLOCK = 4 * VECTOR;
/** Scores of a block: a row is a whole number of them. */
export const BLOCK_SCORES = BLOCK / WORD;

/**
 * Rows of `stride` bytes from address `scores` to `end`; each has a list of floats (`best`, descending) and one of
 * int32 numbers (`ids`), both `size` bytes long, those of the next row behind them. A list begins with an entry that is
 * no result: infinity in `best`, where the search for a place ends. The first score of a row is that of column `first`.
 * Of equal scores the one that came first stays ahead.
 */
export function bestColumns(): Kernel {
  const names = [
    "scores",
    "end",
    "stride",
    "best",
    "ids",
    "size",
    "first",
    "stop",
    "at",
    "lane",
    "place",
    "last",
    "before",
  ];
  const p = Object.fromEntries([...names, "score", "threshold"].map((name, i) => [name, i])) as Record<string, number>;
  const local = (name: string): Code => get(p[name]!);
  const put = (name: string, value: Code): Code => set(p[name]!, value);
  const plus = (name: string, other: Code): Code => i32.add(local(name), other);
  const isBetter = (i: number): Code => f32x4.greater(f32x4.load(local("at"), VECTOR * i), local("threshold"));
  const takeThreshold = put("threshold", f32x4.loadSplat(plus("best", local("last"))));
  const entry = (list: string, offset: string): Code => plus(list, local(offset));
  const beforePlace = put("before", plus("place", i32.constant(-WORD)));
  const insert: Code = [
    put("place", local("last")),
    beforePlace,
    loopWhile(f32.less(f32.load(entry("best", "before")), local("score")), [
      f32.store(entry("best", "place"), f32.load(entry("best", "before"))),
      i32.store(entry("ids", "place"), i32.load(entry("ids", "before"))),
      put("place", local("before")),
      beforePlace,
    ]),
    f32.store(entry("best", "place"), local("score")),
    // (lane - scores) / 4 + first
    i32.store(entry("ids", "place"), plus("first", i32.shiftRight(i32.sub(local("lane"), local("scores")), 2))),
    takeThreshold,
  ];
  return {
    parameters: 7,
    ints: 6,
    floats: 1,
    vectors: 1,
    body: [
      put("last", plus("size", i32.constant(-WORD))),
      loopWhileBelow(p.scores!, 0, local("end"), [
        takeThreshold,
        put("at", local("scores")),
        put("stop", plus("scores", local("stride"))),
        loopWhileBelow(p.at!, BLOCK, local("stop"), [
          when(u32x4.anyTrue(u32x4.or(u32x4.or(isBetter(0), isBetter(1)), u32x4.or(isBetter(2), isBetter(3)))), [
            put("lane", local("at")),
            loopWhileBelow(p.lane!, WORD, plus("at", i32.constant(BLOCK)), [
              put("score", f32.load(local("lane"))),
              when(f32.greater(local("score"), f32.load(plus("best", local("last")))), insert),
            ]),
          ]),
        ]),
        put("best", plus("best", local("size"))),
        put("ids", plus("ids", local("size"))),
        put("scores", local("stop")),
      ]),
    ],
  };
}
