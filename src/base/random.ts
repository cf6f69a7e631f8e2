// Seeded random numbers whose state can be saved: every draw of the product comes from here.
// Generator: xoshiro128** (Blackman and Vigna 2018), seeded by splitmix32 over (seed, label).

/** Serialisable generator state, so that a resumed run continues the same stream. */
export type RandomState = readonly [number, number, number, number];

export class Random {
  private readonly s: Uint32Array;

  private constructor(state: Uint32Array) {
    this.s = state;
  }

  /** An independent stream for `seed` and `label`; equal arguments give equal streams. */
  static of(seed: number, label: string | number = ""): Random {
    let h = (seed ^ 0x9e3779b9) >>> 0;
    for (const char of String(label)) h = Math.imul(h ^ char.codePointAt(0)!, 0x01000193) >>> 0;
    const state = new Uint32Array(4);
    for (let i = 0; i < 4; i++) {
      h = (h + 0x9e3779b9) >>> 0;
      let z = h;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      state[i] = (z ^ (z >>> 15)) >>> 0;
    }
    if (state.every((word) => word === 0)) state[0] = 1;
    return new Random(state);
  }

  static fromState(state: RandomState): Random {
    return new Random(Uint32Array.from(state));
  }

  get state(): RandomState {
    return [this.s[0]!, this.s[1]!, this.s[2]!, this.s[3]!];
  }

  /** Uniform unsigned 32-bit integer. */
  nextUint32(): number {
    const s = this.s;
    const s1 = s[1]!;
    const scrambled = Math.imul(s1, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const t = s1 << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s1;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    const s3 = s[3]!;
    s[3] = (s3 << 11) | (s3 >>> 21);
    return result;
  }

  /** Uniform in [0, 1) with 32 bits. */
  uniform(): number {
    return this.nextUint32() / 4294967296;
  }

  /** Uniform integer in [0, bound). @throws RangeError for a bound below 1. */
  below(bound: number): number {
    if (!(bound >= 1)) throw new RangeError(`Random.below: bound ${bound}, expected at least 1`);
    return Math.floor(this.uniform() * bound);
  }

  /** Standard normal draw (Box and Muller 1958, cosine branch). */
  normal(): number {
    const u = 1 - this.uniform();
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Fisher-Yates shuffle in place; returns its argument. */
  shuffle<T extends { length: number; [index: number]: unknown }>(list: T): T {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = list[i];
      (list as { [index: number]: unknown })[i] = list[j];
      (list as { [index: number]: unknown })[j] = kept;
    }
    return list;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** Float32Array of `length` draws from N(0, std^2). */
  normals(length: number, std = 1): Float32Array {
    const out = new Float32Array(length);
    for (let i = 0; i < length; i++) out[i] = this.normal() * std;
    return out;
  }

  /** Fill with uniform bytes (dropout noise). */
  fillBytes(out: Uint8Array): void {
    const words = new Uint32Array(out.buffer, out.byteOffset, out.length >>> 2);
    for (let i = 0; i < words.length; i++) words[i] = this.nextUint32();
    for (let i = words.length << 2; i < out.length; i++) out[i] = this.nextUint32() & 255;
  }
}
