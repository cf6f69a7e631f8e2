import { describe, expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import { assemble, f32x4, get, i32, loopWhileBelow, set } from "../kernels/assembler.ts";
import { webAssembly } from "../kernels/web-assembly.ts";
import { MOST_CHUNKS, PROTOCOL_BYTES, ThreadPool } from "./thread-pool.ts";

const [VECTOR, PAGES] = [16, 2];

/**
 * Adds to the vector at its first parameter, so often: what the last one says. Two kernels, so that they can be mixed
 * up.
 */
function counting(step: "once" | "thrice") {
  const [at, times, count, vector] = [0, 1, 2, 3] as const;
  const add = set(vector, f32x4.add(f32x4.load(get(at)), f32x4.loadSplat(i32.constant(STEP_AT[step]))));
  return {
    parameters: 2,
    ints: 1,
    vectors: 1,
    body: [loopWhileBelow(count, 1, get(times), [add, f32x4.store(get(at), get(vector))])],
  };
}

// Behind the protocol: the two steps, then a counter for each chunk.
const STEP_AT = { once: PROTOCOL_BYTES, thrice: PROTOCOL_BYTES + 4 };
const COUNTERS_AT = PROTOCOL_BYTES + VECTOR;
const COUNTERS = 2 * MOST_CHUNKS + 50;

function counters(threads: number) {
  const memory = new webAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
  const bytes = assemble({ once: counting("once"), thrice: counting("thrice") }, PAGES);
  new Float32Array(memory.buffer, PROTOCOL_BYTES, 2).set([1, 3]);
  const values = new Float32Array(memory.buffer, COUNTERS_AT, 4 * COUNTERS);
  const pool = new ThreadPool(memory, bytes, ["once", "thrice"]);
  /** Counters that are not what the job, one chunk a counter, makes of zeros. Float32 counts exactly. */
  return (kernel: "once" | "thrice", times: readonly number[], on = threads): object[] => {
    const lists = times.map((length, i) => [COUNTERS_AT + VECTOR * i, length]);
    pool.forEach(kernel, lists, on);
    const found = Array.from({ length: COUNTERS }, (_, i) => values[4 * i]!);
    values.fill(0);
    return found.flatMap((value, i) => {
      const expected = (times[i] ?? 0) * (kernel === "once" ? 1 : 3);
      return value === expected ? [] : [{ kernel, chunk: i, of: times.length, value, expected }];
    });
  };
}

describe("threads over chunks", () => {
  it.each([1, 2, 3, 8])("run each chunk once, all of them before the call returns: %d threads", (threads) => {
    const errorsOf = counters(threads);
    const random = Random.of(1, threads);
    // Counts and lengths change from job to job, so that whatever is left of the last one would show.
    const lengthOf = () => (random.below(8) === 0 ? 20_000 : random.below(50));
    const errors = Array.from({ length: 2000 }, () =>
      errorsOf(random.pick(["once", "thrice"]), Array.from({ length: random.below(9) }, lengthOf)),
    );
    expect(errors.flat()).toEqual([]);
  });

  it("take nothing of a job before it is written down, when they wake after the one before", () => {
    const errorsOf = counters(3);
    const random = Random.of(2);
    const errors = Array.from({ length: 2000 }, () => [
      errorsOf("once", [1, 1]),
      errorsOf(
        "thrice",
        Array.from({ length: MOST_CHUNKS }, () => random.below(20)),
      ),
    ]);
    expect(errors.flat(2)).toEqual([]);
  });

  it.each([MOST_CHUNKS, MOST_CHUNKS + 1, COUNTERS])("run %d chunks, of which the table holds 256", (count) => {
    const errorsOf = counters(3);
    const times = Array.from({ length: count }, (_, i) => i + 1);
    expect([...errorsOf("thrice", times), ...errorsOf("once", times)]).toEqual([]);
  });

  it("may be fewer or more from job to job", () => {
    const errorsOf = counters(1);
    const times = new Array<number>(50).fill(1000);
    expect([4, 1, 2, 4, 3].flatMap((threads) => errorsOf("once", times, threads))).toEqual([]);
  });
});
