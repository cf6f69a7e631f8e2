// Loops that onnxruntime has no kernel for, in WebAssembly with 128-bit SIMD (four floats or sixteen bytes at a time).
// All addresses and lengths are in bytes; lengths are multiples of sixteen.
import { assemble, type Code, f32x4, get, i32, type Kernel, loopWhileBelow, set, u32x4 } from "./assembler.ts";

const VECTOR = 16;

const numbered = <Name extends string>(first: number, names: readonly Name[]): Record<Name, number> =>
  Object.fromEntries(names.map((name, i) => [name, first + i])) as Record<Name, number>;

const at = (base: number, offset: number): Code => i32.add(get(base), get(offset));

/** Numbers of `adamw`, in the order in which they stand at `scalars`. */
export const ADAMW_SCALARS = ["keep", "rate", "varianceScale", "epsilon", "beta1", "rest1", "beta2", "rest2"] as const;

/** The same operations in the same order as `adamWNodes`, so that both forms give the same bits. */
function adamw(): Kernel {
  const p = numbered(0, ["value", "m", "v", "gradient", "length", "scalars"]);
  const { offset } = numbered(6, ["offset"]);
  const c = numbered(7, ADAMW_SCALARS);
  const x = numbered(7 + ADAMW_SCALARS.length, ["g", "m", "v"]);
  const { add, sub, mul, div, sqrt, load, store } = f32x4;
  const direction = div(get(x.m), add(mul(sqrt(get(x.v)), get(c.varianceScale)), get(c.epsilon)));
  return {
    parameters: 6,
    ints: 1,
    vectors: ADAMW_SCALARS.length + 3,
    body: [
      ADAMW_SCALARS.map((name, i) => set(c[name], f32x4.loadSplat(get(p.scalars), 4 * i))),
      loopWhileBelow(offset, VECTOR, get(p.length), [
        set(x.g, load(at(p.gradient, offset))),
        set(x.m, add(mul(load(at(p.m, offset)), get(c.beta1)), mul(get(x.g), get(c.rest1)))),
        set(x.v, add(mul(load(at(p.v, offset)), get(c.beta2)), mul(mul(get(x.g), get(x.g)), get(c.rest2)))),
        store(at(p.m, offset), get(x.m)),
        store(at(p.v, offset), get(x.v)),
        store(at(p.value, offset), sub(mul(load(at(p.value, offset)), get(c.keep)), mul(get(c.rate), direction))),
      ]),
    ],
  };
}

/** Four generators xoshiro128++ (Blackman and Vigna 2021) side by side; their words stand at `state`, lane by lane. */
function keepMask(): Kernel {
  const p = numbered(0, ["out", "length", "threshold", "state"]);
  const { offset } = numbered(4, ["offset"]);
  const x = numbered(5, ["s0", "s1", "s2", "s3", "shifted", "threshold", "one"]);
  const { add, xor, or, and, shiftLeft, shiftRight, bytesAtLeast, splatByte } = u32x4;
  const rotate = (value: Code, bits: number): Code => or(shiftLeft(value, bits), shiftRight(value, 32 - bits));
  const words = [x.s0, x.s1, x.s2, x.s3];
  const mix = (to: number, from: number): Code => set(to, xor(get(to), get(from)));
  const draw = add(rotate(add(get(x.s0), get(x.s3)), 7), get(x.s0));
  return {
    parameters: 4,
    ints: 1,
    vectors: 7,
    body: [
      words.map((word, i) => set(word, f32x4.load(get(p.state), VECTOR * i))),
      set(x.threshold, splatByte(get(p.threshold))),
      set(x.one, splatByte(i32.constant(1))),
      loopWhileBelow(offset, VECTOR, get(p.length), [
        f32x4.store(at(p.out, offset), and(bytesAtLeast(draw, get(x.threshold)), get(x.one))),
        set(x.shifted, shiftLeft(get(x.s1), 9)),
        mix(x.s2, x.s0),
        mix(x.s3, x.s1),
        mix(x.s1, x.s2),
        mix(x.s0, x.s3),
        mix(x.s2, x.shifted),
        set(x.s3, rotate(get(x.s3), 11)),
      ]),
      words.map((word, i) => f32x4.store(get(p.state), get(word), VECTOR * i)),
    ],
  };
}

/** Functions of the module: every parameter is an i32. */
export interface Kernels {
  adamw(value: number, m: number, v: number, gradient: number, length: number, scalars: number): void;
  keepMask(out: number, length: number, threshold: number, state: number): void;
}

export const KERNEL_BYTES = assemble({ adamw: adamw(), keepMask: keepMask() });
