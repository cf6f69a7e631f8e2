import { afterAll, describe, expect, it } from "vitest";
import { checkFeedGradients } from "../../test/support/finite-differences.ts";
import { Random } from "../base/random.ts";
import {
  compile,
  type Executable,
  HIDDEN,
  logSoftmax,
  mul,
  slice,
  sum,
  type Tensor,
  type TensorData,
  type Trace,
  trace,
} from "../engine/index.ts";
import { packingFeeds, packingInputs, unpack } from "./packed-rows.ts";
import { prependVisible, T5 } from "./t5.ts";
import { compactT5 } from "./t5-config.ts";
import { t5Parameters } from "./t5-parameters.ts";

const config = { ...compactT5(16, 2, 12, 0), heads: 2, headWidth: 4, feedForward: 24 };
// A seed for which no relu input lies within a step of its kink, where central differences straddle two slopes.
const random = Random.of(3);
const parameters = Object.fromEntries(t5Parameters(config).map((spec) => [spec.name, spec.init(spec.shape, random)]));

const opened: Executable[] = [];
afterAll(async () => {
  for (const program of opened) await program.dispose();
});

async function run(build: (t: Trace) => Record<string, Tensor>, feeds: Record<string, TensorData>) {
  const program = await compile(trace(build));
  opened.push(program);
  return program.run<string>({ ...parameters, ...feeds });
}

/** Log-probabilities of the next token for source tokens [B, S] with mask [B, S] and prefixes [B, M, L]. */
const next = (batch: number, source: number, beams: number, length: number) => (t: Trace) => {
  const t5 = new T5(t, config, false);
  const mask = prependVisible(t.input("mask", [batch, source]), 0);
  const hidden = t5.encode(t5.embed(t.input("source", [batch, source], "int32")), mask);
  const decoded = t5.decode(t.input("target", [batch, beams, length], "int32"), t5.crossMemories(hidden), mask);
  return { hidden, logits: t5.logits(decoded), next: nextOf(t5, decoded) };
};

/** Hidden states [B, M, L, d] -> log-probabilities of the token after the last position. */
const nextOf = (t5: T5, decoded: Tensor): Tensor => {
  const length = decoded.shape[2]!;
  return logSoftmax(t5.logits(slice(decoded, 2, length - 1, length)));
};

const closeTo = (found: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(expected[i]!, 4);
};

const visible = (count: number) => new Float32Array(count);

describe("T5", () => {
  it("gives the same answers when a batch is padded", async () => {
    const source = Int32Array.of(3, 4, 5);
    const target = Int32Array.of(0, 6);
    const bare = await run(next(1, 3, 1, 2), { source, mask: visible(3), target });
    const mask = Float32Array.of(0, 0, 0, HIDDEN, HIDDEN);
    const padded = await run(next(1, 5, 1, 2), { source: Int32Array.of(3, 4, 5, 0, 9), mask, target });
    closeTo(padded.next!, bare.next!);
    closeTo(padded.hidden!.subarray(0, 3 * 16), bare.hidden!);
  });

  it("gives the same states where what the batch holds is packed into rows", async () => {
    const encoded = (packed?: number) => (t: Trace) => {
      const t5 = new T5(t, config, false);
      const inputs = t5.embed(t.input("source", [2, 4], "int32"));
      const mask = prependVisible(t.input("mask", [2, 4]), 0);
      const packing = packed === undefined ? undefined : { batch: 2, time: 4, ...t.inputs(packingInputs(8, packed)) };
      const hidden = t5.encode(inputs, mask, packing);
      const whole = packing === undefined ? hidden : unpack(hidden, packing);
      return { hidden: whole, keys: t5.crossMemories(hidden, packing)[1]!.keys };
    };
    const source = Int32Array.of(3, 4, 5, 6, 7, 8, 0, 0);
    const mask = Float32Array.of(0, 0, 0, 0, 0, 0, HIDDEN, HIDDEN);
    const padded = await run(encoded(), { source, mask });
    const lists = packingFeeds(Int32Array.of(0, 1, 2, 3, 4, 5), 8, 7);
    const packed = await run(encoded(7), { source, mask, ...lists });
    closeTo(packed.hidden!.subarray(0, 6 * 16), padded.hidden!.subarray(0, 6 * 16));
    // [2, heads 2, 4, 4]: the second source holds two positions.
    closeTo(packed.keys!.subarray(0, 32 + 8), padded.keys!.subarray(0, 32 + 8));
  });

  it("decodes causally: later tokens change nothing before them", async () => {
    const feeds = { source: Int32Array.of(3, 4), mask: visible(2) };
    const one = await run(next(1, 2, 1, 3), { ...feeds, target: Int32Array.of(0, 6, 7) });
    const other = await run(next(1, 2, 1, 3), { ...feeds, target: Int32Array.of(0, 6, 11) });
    closeTo(one.logits!.subarray(0, 24), other.logits!.subarray(0, 24));
    expect(one.logits![24]).not.toBeCloseTo(other.logits![24]!, 3);
  });

  it("decodes beams as queries exactly as separate rows of a batch", async () => {
    const source = Int32Array.of(3, 4, 5, 6, 7, 8);
    const mask = Float32Array.of(0, 0, 0, 0, 0, HIDDEN);
    const prefixes = Int32Array.of(0, 2, 0, 3, 0, 4, 0, 9, 0, 10, 0, 11); // [2, 3, 2]
    const beams = await run(next(2, 3, 3, 2), { source, mask, target: prefixes });
    const repeated = (values: TensorData) =>
      [0, 0, 0, 1, 1, 1].flatMap((row) => Array.from(values.subarray(3 * row, 3 * row + 3)));
    const rows = await run(next(6, 3, 1, 2), {
      source: Int32Array.from(repeated(source)),
      mask: Float32Array.from(repeated(mask)),
      target: prefixes,
    });
    closeTo(beams.next!, rows.next!);
  });

  it("decodes from stored memories exactly as in one program", async () => {
    const feeds = { source: Int32Array.of(3, 4, 5), mask: visible(3), target: Int32Array.of(0, 6) };
    const whole = await run(next(1, 3, 1, 2), feeds);
    const memories = await run((t) => {
      const t5 = new T5(t, config, false);
      const mask = prependVisible(t.input("mask", [1, 3]), 0);
      const hidden = t5.encode(t5.embed(t.input("source", [1, 3], "int32")), mask);
      return Object.fromEntries(
        t5.crossMemories(hidden).flatMap(({ keys, values }, i) => [
          [`k${i}`, keys],
          [`v${i}`, values],
        ]),
      );
    }, feeds);
    const decoded = await run(
      (t) => {
        const t5 = new T5(t, config, false);
        const stored = [0, 1].map((i) => ({
          keys: t.input(`k${i}`, [1, 2, 3, 4]),
          values: t.input(`v${i}`, [1, 2, 3, 4]),
        }));
        const mask = prependVisible(t.input("mask", [1, 3]), 0);
        return { next: nextOf(t5, t5.decode(t.input("target", [1, 1, 2], "int32"), stored, mask)) };
      },
      { ...feeds, ...memories },
    );
    closeTo(decoded.next!, whole.next!);
  });

  it("has the gradient of central differences in every parameter, tied table and position biases included", async () => {
    const weights = Random.of(2).normals(2 * 12);
    const build = (t: Trace) => {
      const { logits } = next(1, 3, 1, 2)(t);
      const loss = sum(mul(logits, t.constant("weights", weights, [1, 1, 2, 12])));
      return {
        loss,
        wrt: Object.fromEntries(t5Parameters(config).map(({ name, shape }) => [name, t.parameter({ name, shape })])),
      };
    };
    const feeds = { source: Int32Array.of(3, 4, 5), mask: visible(3), target: Int32Array.of(0, 6) };
    const checks = await checkFeedGradients(build, { ...parameters, ...feeds }, { step: 4e-3, entries: 4 });
    for (const [name, { error, largest }] of Object.entries(checks)) {
      expect(largest, name).toBeGreaterThan(0.01);
      expect(error, name).toBeLessThan(0.01);
    }
  });

  it("keeps a fully hidden source finite", async () => {
    const feeds = { source: Int32Array.of(3, 4), mask: Float32Array.of(HIDDEN, HIDDEN), target: Int32Array.of(0) };
    const { next: found } = await run(next(1, 2, 1, 1), feeds);
    expect(found!.every(Number.isFinite)).toBe(true);
  });
});
