import { expect, test } from "vitest";
import { CancelledError } from "../../base/errors.ts";
import { type Matrix, matrix, normaliseRows } from "../../base/matrix.ts";
import { Random } from "../../base/random.ts";
import { trainingLists } from "../../data/index.ts";
import { sharedTextMap } from "./fit-text-map.ts";

const WIDTH = 8;
const TAKEN = 12;

/** Texts of items at random, the same for the items of lower number. */
function textsOf(items: number, seed: number): Matrix {
  const taken = Random.of(1, "texts").normals(TAKEN * WIDTH, 1);
  const others = Random.of(seed, "others").normals((items - TAKEN) * WIDTH, 1);
  return normaliseRows(matrix(items, WIDTH, Float32Array.of(...taken, ...others)));
}

const prefixes = trainingLists(
  Array.from({ length: 20 }, (_, user) => Int32Array.from({ length: 6 }, (_, place) => (user + 5 * place) % TAKEN)),
);

const fitted = (texts: Matrix, signal?: AbortSignal) =>
  sharedTextMap(
    undefined,
    {
      texts,
      prefixes,
      options: { rank: 4, steps: 12, batch: 16, learningRate: 1e-2 },
      seed: 3,
      compile: { threads: 1 },
    },
    signal,
  );

test("the fit stops when it is asked to", async () => {
  await expect(fitted(textsOf(TAKEN, 5), AbortSignal.abort())).rejects.toThrow(CancelledError);
});

test("what nobody took does not move the map, whatever its text", async () => {
  const [some, others] = [await fitted(textsOf(20, 5)), await fitted(textsOf(20, 6))];
  expect(some.up.some((value) => value !== 0)).toBe(true);
  expect([...some.up]).toEqual([...others.up]);
  expect([...some.down]).toEqual([...others.down]);
  const alone = await fitted(textsOf(TAKEN, 5));
  for (const [i, value] of alone.up.entries()) expect(some.up[i]).toBeCloseTo(value, 4);
});
