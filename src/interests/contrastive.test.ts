import { describe, expect, it } from "vitest";
import { checkFeedGradients } from "../../test/support/finite-differences.ts";
import { Random } from "../base/random.ts";
import { compile, gradients, stopGradient, type Tensor, type Trace, trace } from "../engine/index.ts";
import { infoNce, matchedPairs, softTargets } from "./contrastive.ts";

const TAU = 0.5;

async function evaluate(build: (t: Trace) => Record<string, Tensor>, feeds: Record<string, Float32Array | Int32Array>) {
  const program = await compile(trace(build));
  const results = await program.run(feeds);
  await program.dispose();
  return results;
}

/** Loss and both gradients of a form on anchors and keys [batch, 2]. */
const bothGradients = (batch: number, form: (a: Tensor, k: Tensor, t: Trace) => Tensor) => (t: Trace) => {
  const [a, k] = [t.input("a", [batch, 2]), t.input("k", [batch, 2])];
  const loss = form(a, k, t);
  const [da, dk] = gradients(loss, [a, k]);
  return { loss, da: da!, dk: dk! };
};

const ours = (batch: number) => (a: Tensor, k: Tensor, t: Trace) =>
  infoNce(a, k, t.input("users", [batch], "int32"), TAU);

const printed = (a: Tensor, k: Tensor) => matchedPairs(a, k, TAU);
const soft = (a: Tensor, k: Tensor) => softTargets(a, k, TAU);

describe("InfoNCE (eq. 8 and 9)", () => {
  it("equals the value worked by hand", async () => {
    // Anchors (1,0), (0,1); keys (1,0), (1,0): cosines [[1,1],[0,0]], so each row's share is 1/2 and the loss log 2.
    const feeds = { a: Float32Array.of(1, 0, 0, 1), k: Float32Array.of(2, 0, 3, 0), users: Int32Array.of(0, 1) };
    expect((await evaluate(bothGradients(2, ours(2)), feeds)).loss![0]).toBeCloseTo(Math.log(2), 6);
    // Keys that match their anchors: shares e^2 / (e^2 + 1) with 1/tau = 2.
    const matched = { ...feeds, k: Float32Array.of(5, 0, 0, 0.1) };
    const expected = Math.log(1 + Math.exp(-2));
    expect((await evaluate(bothGradients(2, ours(2)), matched)).loss![0]).toBeCloseTo(expected, 6);
  });

  it("hides other rows of the same user from the denominator", async () => {
    const a = Random.of(1).normals(6);
    const k = Random.of(2).normals(6);
    const three = await evaluate(bothGradients(3, ours(3)), { a, k, users: Int32Array.of(4, 7, 4) });
    const cosine = (i: number, j: number) => {
      const [x, y] = [a.subarray(2 * i, 2 * i + 2), k.subarray(2 * j, 2 * j + 2)];
      return (x[0]! * y[0]! + x[1]! * y[1]!) / (Math.hypot(x[0]!, x[1]!) * Math.hypot(y[0]!, y[1]!));
    };
    const share = (own: number, others: number[]) => {
      const all = [own, ...others].map((j) => Math.exp(cosine(own, j) / TAU));
      return -Math.log(all[0]! / all.reduce((x, y) => x + y));
    };
    expect(three.loss![0]).toBeCloseTo((share(0, [1]) + share(1, [0, 2]) + share(2, [1])) / 3, 5);
  });

  it("has the gradient of central differences on both sides", async () => {
    const users = Int32Array.of(0, 1, 0, 2);
    const body = (t: Trace) => {
      const [a, k] = [t.input("a", [4, 3]), t.input("k", [4, 3])];
      return { loss: infoNce(a, k, t.input("users", [4], "int32"), TAU), wrt: { a, k } };
    };
    const feeds = { a: Random.of(3).normals(12), k: Random.of(4).normals(12), users };
    const checks = await checkFeedGradients(body, feeds, { entries: 12 });
    for (const { error } of Object.values(checks)) expect(error).toBeLessThan(5e-3);
  });

  it("gets no gradient into a stopped side", async () => {
    const stopped = (batch: number) => (a: Tensor, k: Tensor, t: Trace) => ours(batch)(stopGradient(a), k, t);
    const feeds = { a: Random.of(5).normals(6), k: Random.of(6).normals(6), users: Int32Array.of(0, 1, 2) };
    const { da, dk } = await evaluate(bothGradients(3, stopped(3)), feeds);
    expect(Math.max(...da!.map(Math.abs))).toBe(0);
    expect(Math.max(...dk!.map(Math.abs))).toBeGreaterThan(0.01);
  });
});

/** Keys are the anchors turned by an angle: every matched cosine is the same. */
const turned = (turn: number) => {
  const angles = [0, 1, 2.5];
  const at = (by: number) => Float32Array.from(angles.flatMap((x) => [Math.cos(x + by), Math.sin(x + by)]));
  return { a: at(0), k: at(turn), users: Int32Array.of(0, 1, 2) };
};

const trueGradients = (form: (a: Tensor, k: Tensor) => Tensor) => {
  const body = (t: Trace) => {
    const [a, k] = [t.input("a", [4, 3]), t.input("k", [4, 3])];
    return { loss: form(a, k), wrt: { a, k } };
  };
  return checkFeedGradients(body, { a: Random.of(3).normals(12), k: Random.of(4).normals(12) }, { entries: 12 });
};

describe("the printed form of eq. 8 and 9", () => {
  it("equals the value worked by hand", async () => {
    // Matched cosines 1 and 0, times 1/tau = 2: shares e^2 / (e^2 + 1) and 1 / (e^2 + 1).
    const feeds = { a: Float32Array.of(1, 0, 0, 1), k: Float32Array.of(2, 0, 3, 0), users: Int32Array.of(0, 1) };
    const expected = (2 * Math.log(Math.exp(2) + 1) - 2) / 2;
    expect((await evaluate(bothGradients(2, printed), feeds)).loss![0]).toBeCloseTo(expected, 6);
  });

  it("has the gradient of central differences on both sides", async () => {
    for (const { error } of Object.values(await trueGradients(printed))) expect(error).toBeLessThan(5e-3);
  });

  it("has no gradient where all matched similarities are equal, and cross pairs pull together", async () => {
    const found = await evaluate(bothGradients(3, printed), turned(Math.PI / 3));
    expect(found.loss![0]).toBeCloseTo(Math.log(3), 5);
    expect(Math.max(...found.dk!.map(Math.abs))).toBeLessThan(1e-6);
    const crossed = await evaluate(bothGradients(3, ours(3)), turned(Math.PI / 3));
    expect(Math.max(...crossed.dk!.map(Math.abs))).toBeGreaterThan(0.05);
  });

  it("is never below log B, however well pairs are aligned, and as small where all are opposed", async () => {
    const a = Random.of(7).normals(8);
    const aligned = await evaluate(bothGradients(4, printed), { a, k: a.slice() });
    const crossed = await evaluate(bothGradients(4, ours(4)), { a, k: a.slice(), users: Int32Array.of(0, 1, 2, 3) });
    expect(aligned.loss![0]).toBeGreaterThan(Math.log(4) - 1e-5);
    expect(crossed.loss![0]).toBeLessThan(Math.log(4));
    const opposed = await evaluate(bothGradients(4, printed), { a, k: a.map((x) => -x) });
    expect(opposed.loss![0]).toBeCloseTo(aligned.loss![0]!, 5);
  });
});

describe("the form with soft targets", () => {
  it("equals the value worked by hand", async () => {
    // Dot products are [[1, 1], [0, 0]], over tau [[2, 2], [0, 0]]: along rows every share is 1/2, along columns
    // anchor 0 has sigmoid(2) of each key. Halved sums of likeness over tau are [[2, 1], [1, 2]]: targets are
    // softmax((2, 1)) and softmax((1, 2)), whose columns add up to 1 here.
    const feeds = { a: Float32Array.of(1, 0, 0, 1), k: Float32Array.of(1, 0, 1, 0), users: Int32Array.of(0, 1) };
    const rows = 2 * Math.log(2);
    const columns = Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(2));
    const { loss } = await evaluate(bothGradients(2, soft), feeds);
    expect(loss![0]).toBeCloseTo((rows + columns) / 4, 5);
  });

  it("has the gradient of central differences on both sides", async () => {
    for (const { error } of Object.values(await trueGradients(soft))) expect(error).toBeLessThan(5e-3);
  });

  it("is near 0 where long vectors agree, large where keys are another user's, and reads columns by the same targets", async () => {
    const eye = Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 6 : 0));
    const users = Int32Array.of(0, 1, 2, 3);
    const of = async (k: Float32Array) => {
      const build = (t: Trace) => ({ loss: softTargets(t.input("a", [4, 4]), t.input("k", [4, 4]), 1) });
      return (await evaluate(build, { a: eye, k, users })).loss![0]!;
    };
    expect(await of(eye.slice())).toBeLessThan(1e-3);
    expect(await of(eye.map((_, i) => eye[(i + 4) % 16]!))).toBeGreaterThan(10);
  });
});
