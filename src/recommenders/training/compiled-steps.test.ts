import { expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { ADAMW_DEFAULTS, type TrainStep } from "../../engine/index.ts";
import { CompiledSteps } from "./compiled-steps.ts";

interface Extents {
  readonly length: number;
}

/** Steps that do nothing, of as many bytes as their batch is long; `log` has what is compiled and what is released. */
function noting(bytes?: number) {
  const log: string[] = [];
  let failing = 0;
  const compile = async ({ length }: Extents) => {
    if (length === failing) throw new Error("no memory");
    log.push(`made ${length}`);
    return {
      executable: { program: { keepMasks: new Map() } },
      run: async () => ({ loss: Float32Array.of(length) }),
      dispose: async () => void log.push(`released ${length}`),
    } as unknown as TrainStep;
  };
  const room = bytes === undefined ? undefined : { bytes, bytesOf: ({ length }: Extents) => length };
  const steps = new CompiledSteps(compile, room);
  const run = (length: number) => steps.run({ length }, {}, Random.of(1), ADAMW_DEFAULTS);
  return { log, steps, run, failAt: (length: number) => (failing = length) };
}

test("programs that were not used for longest give their memory back before another takes it", async () => {
  const { log, run } = noting(10);
  for (const length of [4, 5, 4, 3, 5]) await run(length);
  expect(log).toEqual(["made 4", "made 5", "released 5", "made 3", "released 4", "made 5"]);
});

test("all programs are kept where nobody bounds them", async () => {
  const { log, run, steps } = noting();
  for (const length of [4, 5, 400, 4]) await run(length);
  expect(log).toEqual(["made 4", "made 5", "made 400"]);
  await steps.dispose();
  expect(log.slice(3).sort()).toEqual(["released 4", "released 400", "released 5"]);
});

test("a program that could not be compiled is tried anew, and keeps no other from being released", async () => {
  const { log, run, steps, failAt } = noting();
  await run(4);
  failAt(5);
  await expect(run(5)).rejects.toThrow("no memory");
  await steps.dispose();
  expect(log).toEqual(["made 4", "released 4"]);
  failAt(0);
  expect(await run(5)).toEqual({ loss: Float32Array.of(5) });
});
