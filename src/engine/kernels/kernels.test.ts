import { describe, expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import { ADAMW_DEFAULTS, adamWInPlace, adamWNodes, adamWScalars } from "../optimiser/adamw.ts";
import { compile } from "../session/compile.ts";
import type { Tensor } from "../trace/tensor.ts";
import { trace } from "../trace/trace.ts";
import { drawKeepMask, KEEP_MASK_SEEDS } from "./keep-mask.ts";
import { PIECE } from "./scratch.ts";

const seedsOf = (seed: number): Uint32Array => {
  const random = Random.of(seed, "mask");
  return Uint32Array.from({ length: KEEP_MASK_SEEDS }, () => random.nextUint32());
};

function draw(length: number, probability: number, seeds: Uint32Array): Uint8Array {
  const out = new Uint8Array(length);
  drawKeepMask(out, probability, seeds);
  return out;
}

/** xoshiro128++ as its authors print it. */
function* xoshiro(words: readonly number[]): Generator<number> {
  const rotate = (x: number, k: number) => ((x << k) | (x >>> (32 - k))) >>> 0;
  let [s0, s1, s2, s3] = words as [number, number, number, number];
  for (;;) {
    yield (rotate((s0 + s3) >>> 0, 7) + s0) >>> 0;
    const t = (s1 << 9) >>> 0;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 = (s2 ^ t) >>> 0;
    s3 = rotate(s3, 11);
  }
}

describe("keep masks", () => {
  it("compare each byte of four xoshiro128++ generators with 256 p", () => {
    const seeds = seedsOf(1);
    const lanes = [0, 1, 2, 3].map((lane) => xoshiro([0, 1, 2, 3].map((word) => seeds[4 * word + lane]!)));
    const expected: number[] = [];
    while (expected.length < 200) {
      for (const lane of lanes) {
        const word = lane.next().value as number;
        for (const shift of [0, 8, 16, 24]) expected.push(Number(((word >>> shift) & 255) >= 77));
      }
    }
    expect([...draw(199, 0.3, seeds)]).toEqual(expected.slice(0, 199));
  });

  it("go on where the last piece of the memory ended", () => {
    const whole = draw(9 * PIECE + 5, 0.2, seedsOf(2));
    const share = whole.reduce((total, bit) => total + bit, 0) / whole.length;
    // 51 of 256 values are dropped; the standard deviation of the share is 7e-4.
    expect(Math.abs(share - 205 / 256)).toBeLessThan(4e-3);
    expect(whole.subarray(4 * PIECE, 4 * PIECE + 64)).not.toEqual(whole.subarray(0, 64));
  });
});

describe("AdamW over arrays", () => {
  it("gives the bits of the same rule as nodes of a program", async () => {
    const [length, step] = [1001, 3];
    const normals = (label: string) => Random.of(5, label).normals(length);
    const start = { value: normals("value"), m: normals("m"), v: normals("v").map(Math.abs) };
    const gradient = normals("gradient");
    const program = trace((t) => {
      const input = (name: string) => t.input(name, [length]);
      const scalars = ["keep", "rate", "varianceScale"].map((name) => t.input(name, [])) as [Tensor, Tensor, Tensor];
      const next = adamWNodes(
        { value: input("value"), m: input("m"), v: input("v") },
        input("g"),
        scalars,
        ADAMW_DEFAULTS,
      );
      return { value1: next.value, m1: next.m, v1: next.v };
    });
    const executable = await compile(program);
    const [keep, rate, varianceScale] = adamWScalars(ADAMW_DEFAULTS, step).map((x) => Float32Array.of(x));
    const expected = await executable.run({
      ...start,
      g: gradient,
      keep: keep!,
      rate: rate!,
      varianceScale: varianceScale!,
    });
    await executable.dispose();
    adamWInPlace(start.value, start.m, start.v, gradient, step, ADAMW_DEFAULTS);
    for (const part of ["value", "m", "v"] as const) expect(start[part]).toEqual(expected[`${part}1`]);
  });

  it("gives each element the same bits wherever it stands", () => {
    const length = 2 * PIECE + 7;
    const normals = (label: string) => Random.of(3, label).normals(length);
    const [value, m, v, gradient] = [normals("value"), normals("m"), normals("v").map(Math.abs), normals("gradient")];
    const part = [value, m, v, gradient].map((array) => array.slice(PIECE + 3, PIECE + 12)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    adamWInPlace(value, m, v, gradient, 4, ADAMW_DEFAULTS);
    adamWInPlace(...part, 4, ADAMW_DEFAULTS);
    [value, m, v].forEach((array, i) => {
      expect(array.slice(PIECE + 3, PIECE + 12)).toEqual(part[i]);
    });
  });
});
