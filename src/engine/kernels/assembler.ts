// The few WebAssembly instructions that our kernels use, as bytes. Section and opcode numbers are the standard's
// (WebAssembly core specification 2.0, sections 5.4 and 5.5; 128-bit SIMD included).

/** Instructions: bytes, nested as they were written. */
export type Code = readonly (number | Code)[];

function leb(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; ) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const isLast = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
    out.push(isLast ? byte : byte | 0x80);
    if (isLast) return out;
  }
}

/** Unsigned: no sign bit to keep clear. */
function uleb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uleb(value >>> 7)];
}

const simd = (opcode: number): number[] => [0xfd, ...uleb(opcode)];
const flat = (code: Code): number[] => code.flatMap((part) => (typeof part === "number" ? [part] : flat(part)));

export const get = (local: number): Code => [0x20, local];
export const set = (local: number, value: Code): Code => [value, 0x21, local];

const binary =
  (...opcode: number[]) =>
  (a: Code, b: Code): Code => [a, b, opcode];

export const i32 = {
  add: binary(0x6a),
  sub: binary(0x6b),
  and: binary(0x71),
  /** Unsigned. */
  shiftRight: (x: Code, bits: number): Code => [x, [0x41, bits], 0x76],
  mul: binary(0x6c),
  /** Unsigned. */
  atLeast: binary(0x4f),
  constant: (value: number): Code => [0x41, ...leb(value)],
  load: (at: Code, offset = 0): Code => [at, 0x28, 2, ...uleb(offset)],
  store: (at: Code, value: Code, offset = 0): Code => [at, value, 0x36, 2, ...uleb(offset)],
};

/** Single floats. */
export const f32 = {
  greater: binary(0x5e),
  less: binary(0x5d),
  atLeast: binary(0x60),
  add: binary(0x92),
  mul: binary(0x94),
  max: binary(0x97),
  zero: [0x43, 0, 0, 0, 0] as Code,
  load: (at: Code, offset = 0): Code => [at, 0x2a, 2, ...uleb(offset)],
  store: (at: Code, value: Code, offset = 0): Code => [at, value, 0x38, 2, ...uleb(offset)],
};

export const f32x4 = {
  add: binary(...simd(0xe4)),
  sub: binary(...simd(0xe5)),
  mul: binary(...simd(0xe6)),
  div: binary(...simd(0xe7)),
  sqrt: (x: Code): Code => [x, simd(0xe3)],
  min: binary(...simd(0xe8)),
  max: binary(...simd(0xe9)),
  /** One of the four lanes. */
  lane: (x: Code, lane: number): Code => [x, simd(0x1f), lane],
  load: (at: Code, offset = 0): Code => [at, simd(0x00), 2, ...uleb(offset)],
  /** All bits of a lane where a is greater than b. */
  greater: binary(...simd(0x44)),
  atLeast: binary(...simd(0x46)),
  zero: [simd(0x0c), new Array<number>(16).fill(0)] as Code,
  splat: (x: Code): Code => [x, simd(0x13)],
  /** One number in all four lanes. */
  loadSplat: (at: Code, offset = 0): Code => [at, simd(0x09), 2, ...uleb(offset)],
  store: (at: Code, value: Code, offset = 0): Code => [at, value, simd(0x0b), 2, ...uleb(offset)],
};

export const f64x2 = {
  zero: [simd(0x0c), new Array<number>(16).fill(0)] as Code,
  add: binary(...simd(0xf0)),
  sub: binary(...simd(0xf1)),
  mul: binary(...simd(0xf2)),
  loadSplat: (at: Code, offset = 0): Code => [at, simd(0x0a), 3, ...uleb(offset)],
  /** The sum of both lanes in both lanes; `x` is evaluated twice. */
  total: (x: Code): Code => f64x2.add(x, [x, x, simd(0x0d), [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]]),
  /** Store the first lane. */
  storeFirst: (at: Code, value: Code): Code => [at, value, simd(0x5b), 3, 0, 0],
};

export const u32x4 = {
  add: binary(...simd(0xae)),
  xor: binary(...simd(0x51)),
  or: binary(...simd(0x50)),
  and: binary(...simd(0x4e)),
  shiftLeft: (x: Code, bits: number): Code => [x, i32.constant(bits), simd(0xab)],
  shiftRight: (x: Code, bits: number): Code => [x, i32.constant(bits), simd(0xad)],
  /** 0xff in every byte of `a` that is at least that of `b`, unsigned. */
  bytesAtLeast: binary(...simd(0x2c)),
  splatByte: (x: Code): Code => [x, simd(0x0f)],
  /** 1 if any bit is set, else 0. */
  anyTrue: (x: Code): Code => [x, simd(0x53)],
};

/** Runs `body` for `counter` = what it is, + step, + 2 step ... while below `end`. */
export function loopWhileBelow(counter: number, step: number, end: Code, body: Code): Code {
  const [BLOCK, LOOP, EMPTY, BRANCH, BRANCH_IF, END] = [0x02, 0x03, 0x40, 0x0c, 0x0d, 0x0b];
  const next = set(counter, i32.add(get(counter), i32.constant(step)));
  return [BLOCK, EMPTY, LOOP, EMPTY, i32.atLeast(get(counter), end), BRANCH_IF, 1, body, next, BRANCH, 0, END, END];
}

/** Runs `body` while `condition` is not 0. */
export function loopWhile(condition: Code, body: Code): Code {
  const [BLOCK, LOOP, EMPTY, BRANCH, BRANCH_IF, IS_ZERO, END] = [0x02, 0x03, 0x40, 0x0c, 0x0d, 0x45, 0x0b];
  return [BLOCK, EMPTY, LOOP, EMPTY, condition, IS_ZERO, BRANCH_IF, 1, body, BRANCH, 0, END, END];
}

/** Runs `body` once if `condition` is not 0. */
export function when(condition: Code, body: Code): Code {
  const [IF, EMPTY, END] = [0x04, 0x40, 0x0b];
  return [condition, IF, EMPTY, body, END];
}

const TYPES = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

/** A function without result. */
export interface Kernel {
  /** Number of i32 parameters: locals 0 .. parameters - 1. */
  readonly parameters: number;
  /** Further locals, numbered on: i32 first, then f32, then v128. */
  readonly ints: number;
  readonly floats?: number;
  readonly vectors: number;
  readonly body: Code;
}

/**
 * A module with one function per kernel, over the memory that it imports as `env.memory`; with `sharedPages` a memory
 * shared between threads, of at most so many pages of 64 KiB.
 */
export function assemble(kernels: Readonly<Record<string, Kernel>>, sharedPages?: number): Uint8Array<ArrayBuffer> {
  const limits = sharedPages === undefined ? [0, 1] : [3, 1, ...uleb(sharedPages)];
  const entries = Object.entries(kernels);
  const vector = (items: readonly Code[]): Code => [...uleb(items.length), ...items];
  const text = (value: string): Code => vector([...new TextEncoder().encode(value)].map((byte) => [byte]));
  const sized = (code: Code): Code => {
    const bytes = flat(code);
    return [...uleb(bytes.length), ...bytes];
  };
  const section = (id: number, items: readonly Code[]): Code => [id, sized(vector(items))];
  const signature = ({ parameters }: Kernel): Code => [0x60, vector(new Array(parameters).fill([TYPES.i32])), 0];
  const locals = ({ ints, floats = 0, vectors }: Kernel): Code =>
    vector([
      [...uleb(ints), TYPES.i32],
      [...uleb(floats), TYPES.f32],
      [...uleb(vectors), TYPES.v128],
    ]);
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(
        1,
        entries.map(([, kernel]) => signature(kernel)),
      ),
      section(2, [[text("env"), text("memory"), 2, limits]]),
      section(
        3,
        entries.map((_, i) => uleb(i)),
      ),
      section(
        7,
        entries.map(([name], i) => [text(name), 0, ...uleb(i)]),
      ),
      section(
        10,
        entries.map(([, kernel]) => sized([locals(kernel), kernel.body, 0x0b])),
      ),
    ]),
  );
}
