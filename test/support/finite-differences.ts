// Checks traced gradients against central differences of the compiled forward program.
import { Random } from "../../src/base/random.ts";
import {
  compile,
  gradients,
  mul,
  sum,
  type Tensor,
  type TensorData,
  type Trace,
  trace,
} from "../../src/engine/index.ts";

export interface GradientCase {
  readonly name: string;
  /** Shapes of the differentiable inputs x0, x1, ... */
  readonly shapes: readonly (readonly number[])[];
  readonly body: (inputs: Tensor[], t: Trace) => Tensor;
  /** Maps a standard normal draw into the op's domain, e.g. positive numbers for log. */
  readonly domain?: (draw: number) => number;
}

/** Largest |analytic - numeric| / (1 + |numeric|) over every input entry. */
export async function worstGradientError(c: GradientCase, step = 1e-2): Promise<number> {
  const random = Random.of(7, c.name);
  const domain = c.domain ?? ((draw: number) => draw);
  const values = c.shapes.map((shape) => Float32Array.from({ length: size(shape) }, () => domain(random.normal())));
  const objective = (t: Trace) => {
    const inputs = c.shapes.map((shape, i) => t.input(`x${i}`, shape));
    const y = c.body(inputs, t);
    // A fixed random weighting makes every output element count differently.
    const weights = t.constant("weights", Random.of(8, c.name).normals(size(y.shape)), y.shape);
    return { inputs, loss: sum(mul(y, weights)) };
  };
  const program = trace((t) => {
    const { inputs, loss } = objective(t);
    return { loss, ...Object.fromEntries(gradients(loss, inputs).map((g, i) => [`g${i}`, g])) };
  });
  const executable = await compile(program);
  const feed = () => Object.fromEntries(values.map((v, i) => [`x${i}`, v]));
  const analytic = await executable.run(feed());
  let worst = 0;
  for (const [i, value] of values.entries()) {
    for (let k = 0; k < value.length; k++) {
      const kept = value[k]!;
      value[k] = kept + step;
      const high = value[k]!;
      const up = (await executable.run(feed())).loss![0]!;
      value[k] = kept - step;
      const low = value[k]!;
      const down = (await executable.run(feed())).loss![0]!;
      value[k] = kept;
      const numeric = (up - down) / (high - low);
      worst = Math.max(worst, Math.abs((analytic[`g${i}`]![k] as number) - numeric) / (1 + Math.abs(numeric)));
    }
  }
  await executable.dispose();
  return worst;
}

function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

export interface FedObjective {
  readonly loss: Tensor;
  /** What to differentiate: parameters or data inputs, by their feed names. */
  readonly wrt: Readonly<Record<string, Tensor>>;
}

export interface FeedCheck {
  /** Largest |analytic - numeric| over the checked entries, divided by the largest |numeric|. */
  readonly error: number;
  /** Largest |numeric|: zero would mean that nothing was checked. */
  readonly largest: number;
}

/**
 * Gradients of a program with respect to named feeds, at `entries` seeded places of each, against central differences.
 */
export async function checkFeedGradients(
  build: (t: Trace) => FedObjective,
  feeds: Record<string, TensorData>,
  { step = 1e-2, entries = 6 } = {},
): Promise<Record<string, FeedCheck>> {
  let names: string[] = [];
  const program = trace((t) => {
    const { loss, wrt } = build(t);
    names = Object.keys(wrt);
    return { loss, ...Object.fromEntries(gradients(loss, Object.values(wrt)).map((g, i) => [`d:${names[i]}`, g])) };
  });
  const executable = await compile(program);
  const analytic = await executable.run(feeds);
  const lossAt = async () => (await executable.run(feeds)).loss![0] as number;
  const checks: Record<string, FeedCheck> = {};
  for (const name of names) {
    const value = feeds[name] as Float32Array;
    const random = Random.of(9, name);
    let worst = 0;
    let largest = 0;
    for (let e = 0; e < entries; e++) {
      // Half of the places are where the analytic gradient is largest: in tables most rows get none.
      const at = e % 2 === 0 ? largestEntry(analytic[`d:${name}`] as Float32Array, e / 2) : random.below(value.length);
      const kept = value[at]!;
      value[at] = kept + step;
      const high = value[at]!;
      const up = await lossAt();
      value[at] = kept - step;
      const numeric = (up - (await lossAt())) / (high - value[at]!);
      value[at] = kept;
      worst = Math.max(worst, Math.abs((analytic[`d:${name}`]![at] as number) - numeric));
      largest = Math.max(largest, Math.abs(numeric));
    }
    checks[name] = { error: worst / (largest || 1), largest };
  }
  await executable.dispose();
  return checks;
}

function largestEntry(values: Float32Array, rank: number): number {
  const order = Array.from(values.keys()).sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!));
  return order[Math.min(rank, order.length - 1)]!;
}
