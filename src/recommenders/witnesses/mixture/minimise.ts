// Minimisation of a smooth function by L-BFGS (Liu and Nocedal 1989) with a halving line search.

export interface Minimum {
  readonly at: Float64Array;
  readonly value: number;
  readonly iterations: number;
}

export interface MinimiseOptions {
  readonly iterations?: number | undefined;
  /** Ends when an iteration gains less than this share of the value. */
  readonly tolerance?: number | undefined;
}

/** Value at `x`; writes the gradient. */
export type Smooth = (x: Float64Array, gradient: Float64Array) => number;

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly rho: number;
}

const MEMORY = 8;
const SUFFICIENT = 1e-4;
const HALVINGS = 30;

export function minimise(f: Smooth, start: Float64Array, options: MinimiseOptions = {}): Minimum {
  const { iterations = 100, tolerance = 1e-7 } = options;
  let at = start.slice();
  let gradient = new Float64Array(at.length);
  let value = f(at, gradient);
  const pairs: Pair[] = [];
  let done = 0;
  for (; done < iterations; done++) {
    const direction = descent(gradient, pairs);
    const found = searchLine(f, { at, value, gradient }, direction, pairs.length === 0);
    if (found === undefined) break;
    const gained = value - found.value;
    remember(pairs, at, gradient, found);
    ({ at, value, gradient } = found);
    if (gained < tolerance * Math.max(1, Math.abs(value))) break;
  }
  return { at, value, iterations: done };
}

interface Point {
  readonly at: Float64Array<ArrayBuffer>;
  readonly value: number;
  readonly gradient: Float64Array<ArrayBuffer>;
}

/** Minus the gradient through what the last steps tell of the curvature. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.map((g) => -g);
  const alphas: number[] = [];
  for (const { step, change, rho } of [...pairs].reverse()) {
    const alpha = rho * dot(step, q);
    alphas.push(alpha);
    addTo(q, change, -alpha);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.change, last.change));
    for (let i = 0; i < q.length; i++) q[i]! *= scale;
  }
  pairs.forEach(({ step, change, rho }, i) => {
    const beta = rho * dot(change, q);
    addTo(q, step, alphas[pairs.length - 1 - i]! - beta);
  });
  return q;
}

function searchLine(f: Smooth, from: Point, direction: Float64Array, isFirst: boolean): Point | undefined {
  const slope = dot(from.gradient, direction);
  if (slope >= 0) return undefined;
  let length = isFirst ? Math.min(1, 1 / Math.sqrt(dot(direction, direction))) : 1;
  for (let halving = 0; halving < HALVINGS; halving++, length /= 2) {
    const at = from.at.slice();
    addTo(at, direction, length);
    const gradient = new Float64Array(at.length);
    const value = f(at, gradient);
    if (value <= from.value + SUFFICIENT * length * slope) return { at, value, gradient };
  }
  return undefined;
}

function remember(pairs: Pair[], at: Float64Array, gradient: Float64Array, next: Point): void {
  const step = next.at.map((x, i) => x - at[i]!);
  const change = next.gradient.map((g, i) => g - gradient[i]!);
  const curvature = dot(step, change);
  if (curvature <= 0) return;
  pairs.push({ step, change, rho: 1 / curvature });
  if (pairs.length > MEMORY) pairs.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addTo(to: Float64Array, what: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * what[i]!;
}
