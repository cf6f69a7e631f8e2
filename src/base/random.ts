// Seeded random numbers: every draw of the product comes from here.
// Generator: pure-rand's xoroshiro128+, one independent stream per (seed, label).
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

type Generator = ReturnType<typeof xoroshiro128plus>;

/** A stream of seeded draws: `Random.of(seed, label)` begins one. */
export class Random {
  private readonly generator: Generator;

  private constructor(generator: Generator) {
    this.generator = generator;
  }

  /** An independent stream for `seed` and `label`; equal arguments give equal streams. */
  static of(seed: number, label: string | number = ""): Random {
    let hash = (seed ^ 0x9e3779b9) >>> 0;
    for (const char of String(label)) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) >>> 0;
    const generator = xoroshiro128plus(Math.imul(hash ^ (hash >>> 16), 0x21f0aaad) | 0);
    // The first outputs of close seeds are alike; discard them.
    for (let i = 0; i < 8; i++) generator.next();
    return new Random(generator);
  }

  /** Uniform unsigned 32-bit integer. */
  nextUint32(): number {
    return this.generator.next() >>> 0;
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

  /** Uniform integer in [0, bound) outside `taken`; any where everything is taken: there is nothing to set apart. */
  outside(taken: Pick<ReadonlySet<number>, "has" | "size">, bound: number): number {
    let drawn = this.below(bound);
    while (taken.has(drawn) && taken.size < bound) drawn = this.below(bound);
    return drawn;
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
}
