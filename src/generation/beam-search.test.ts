import { describe, expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { tableDecoder, tinyDecoder } from "../../test/support/tiny-decoder.ts";
import { OperationError } from "../base/errors.ts";
import { beamSearch } from "./beam-search.ts";
import type { EarlyStopping } from "./hypotheses.ts";
import { PrefixTree } from "./prefix-tree.ts";

const END = 1;

/** Distinct sequences over tokens 2..vocabulary-1, each closed by END. */
const sequencesArbitrary = (vocabulary: number, most: number) =>
  fc
    .uniqueArray(fc.array(fc.integer({ min: 2, max: vocabulary - 1 }), { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: most,
      selector: (tokens) => tokens.join(" "),
    })
    .map((all) => all.map((tokens) => [...tokens, END]));

type LogProbs = (row: number, prefix: readonly number[]) => readonly number[];

function sumOf(logProbs: LogProbs, row: number, sequence: readonly number[]): number {
  let sum = 0;
  sequence.forEach((token, i) => {
    sum += logProbs(row, [0, ...sequence.slice(0, i)])[token]!;
  });
  return sum;
}

interface ReferenceOptions {
  readonly logProbs: LogProbs;
  readonly vocabulary: number;
  readonly beams: number;
  readonly maxLength: number;
  readonly lengthPenalty: number;
  readonly earlyStopping: EarlyStopping;
  readonly allowed?: (prefix: readonly number[], token: number) => boolean;
}

/** Written from the description of transformers' scorer alone: full sorts, plain lists, -1e9 start beams. */
function referenceSearch(row: number, options: ReferenceOptions) {
  const { logProbs, vocabulary, beams, maxLength, lengthPenalty, earlyStopping, allowed = () => true } = options;
  let live = Array.from({ length: beams }, (_, b) => ({ prefix: [0], sum: b === 0 ? 0 : -1e9 }));
  let pool: { tokens: number[]; score: number }[] = [];
  const add = (tokens: number[], score: number) => {
    if (pool.length < beams || score > Math.min(...pool.map((h) => h.score))) {
      pool = [...pool, { tokens, score }].sort((a, b) => b.score - a.score).slice(0, beams);
    }
  };
  let done = false;
  for (let length = 1; length < maxLength && !done; length++) {
    const candidates = live.flatMap(({ prefix, sum }, beam) =>
      Array.from({ length: vocabulary }, (_, token) => ({
        beam,
        token,
        score: allowed(prefix, token) ? sum + logProbs(row, prefix)[token]! : Number.NEGATIVE_INFINITY,
      })),
    );
    candidates.sort((a, b) => b.score - a.score || a.beam * vocabulary + a.token - (b.beam * vocabulary + b.token));
    const top = candidates.slice(0, 2 * beams).filter((c) => c.score > -1e8);
    const next: typeof live = [];
    for (let c = 0; c < top.length && next.length < beams; c++) {
      const { beam, token, score } = top[c]!;
      const prefix = live[beam]!.prefix;
      if (token !== END) next.push({ prefix: [...prefix, token], sum: score });
      else if (c < beams) add(prefix.slice(1), score / length ** lengthPenalty);
    }
    live = next;
    if (pool.length >= beams) {
      const worst = Math.min(...pool.map((h) => h.score));
      const attained = earlyStopping === "exact" && lengthPenalty > 0 ? maxLength - 1 : length;
      done = earlyStopping === true || worst >= top[0]!.score / attained ** lengthPenalty;
    }
    if (live.length === 0) break;
  }
  if (!done) {
    for (const { prefix, sum } of live) add(prefix.slice(1), sum / (prefix.length - 1) ** lengthPenalty);
  }
  return pool;
}

const settingsArbitrary = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  beams: fc.integer({ min: 1, max: 4 }),
  lengthPenalty: fc.constantFrom(0, 0.5, 1, 2, -1),
  earlyStopping: fc.constantFrom<EarlyStopping>(true, false, "exact"),
});

describe("beamSearch", () => {
  it("finds what the reference search finds, without a tree", async () => {
    await fc.assert(
      fc.asyncProperty(settingsArbitrary, async ({ seed, ...settings }) => {
        const decoder = tinyDecoder(9, seed);
        const options = { ...settings, vocabulary: 9, maxLength: 5 };
        const found = await beamSearch({ ...options, rows: 2, endToken: END, step: decoder.step });
        for (let row = 0; row < 2; row++) {
          const expected = referenceSearch(row, { ...options, logProbs: decoder.logProbs });
          expect(found[row]!.map(({ tokens }) => [...tokens])).toEqual(expected.map(({ tokens }) => tokens));
          found[row]!.forEach((h, i) => {
            expect(h.score).toBeCloseTo(expected[i]!.score, 6);
          });
        }
      }),
      { numRuns: 150 },
    );
  });

  it("ends no hypothesis before its least length", async () => {
    await fc.assert(
      fc.asyncProperty(
        settingsArbitrary,
        fc.integer({ min: 1, max: 3 }),
        async ({ seed, ...settings }, leastTokens) => {
          const decoder = tinyDecoder(9, seed);
          const options = { ...settings, vocabulary: 9, maxLength: 5 };
          const [found] = await beamSearch({ ...options, rows: 1, leastTokens, endToken: END, step: decoder.step });
          const allowed = (prefix: readonly number[], token: number) =>
            token !== END || prefix.length - 1 >= leastTokens;
          const expected = referenceSearch(0, { ...options, logProbs: decoder.logProbs, allowed });
          expect(found!.map(({ tokens }) => [...tokens])).toEqual(expected.map(({ tokens }) => tokens));
          for (const { tokens } of found!) expect(tokens.length).toBeGreaterThanOrEqual(leastTokens);
        },
      ),
      { numRuns: 100 },
    );
    const step = tinyDecoder(9, 1).step;
    const options = { rows: 1, beams: 2, vocabulary: 9, endToken: END, maxLength: 5, step };
    await expect(beamSearch({ ...options, leastTokens: 5 })).rejects.toThrow(/at least 5 tokens, expected at most 4/);
  });

  it("finds what the reference search finds, inside a tree with excluded items", async () => {
    const arbitrary = fc.tuple(settingsArbitrary, sequencesArbitrary(6, 12), fc.array(fc.nat(11), { maxLength: 6 }));
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([{ seed, ...settings }, sequences, seen]) => {
        const decoder = tinyDecoder(6, seed);
        const tree = PrefixTree.of(sequences, END);
        const answers = sequences.filter((_, item) => !seen.includes(item));
        const [found] = await beamSearch({
          ...settings,
          rows: 1,
          vocabulary: 6,
          endToken: END,
          step: decoder.step,
          constraints: [tree.without(seen)],
        });
        const expected = referenceSearch(0, {
          ...settings,
          vocabulary: 6,
          maxLength: tree.longest + 1,
          logProbs: decoder.logProbs,
          allowed: (prefix, token) => answers.some((a) => [...prefix.slice(1), token].every((t, i) => a[i] === t)),
        });
        expect(found!.map(({ tokens }) => [...tokens])).toEqual(expected.map(({ tokens }) => tokens));
        expect(new Set(found!.map(({ item }) => item)).size).toBe(found!.length);
        for (const h of found!) {
          expect(seen).not.toContain(h.item);
          expect(sequences[h.item]).toEqual([...h.tokens, END]);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("returns all leaves in exact order when there are more beams than leaves", async () => {
    const arbitrary = fc.tuple(fc.nat(1e6), sequencesArbitrary(6, 10), fc.constantFrom(0, 1));
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([seed, sequences, lengthPenalty]) => {
        const decoder = tinyDecoder(6, seed, 4096);
        const tree = PrefixTree.of(sequences, END);
        const [found] = await beamSearch({
          rows: 1,
          beams: 11,
          vocabulary: 6,
          endToken: END,
          lengthPenalty,
          step: decoder.step,
          constraints: [{ tree }],
        });
        const exact = sequences
          .map((s) => sumOf(decoder.logProbs, 0, s) / s.length ** lengthPenalty)
          .sort((a, b) => b - a);
        expect(found!.length).toBe(sequences.length);
        found!.forEach((h, i) => {
          expect(h.score).toBeCloseTo(exact[i]!, 5);
          expect(h.score).toBeCloseTo(
            sumOf(decoder.logProbs, 0, sequences[h.item]!) / sequences[h.item]!.length ** lengthPenalty,
            5,
          );
        });
      }),
      { numRuns: 100 },
    );
  });

  it("adds a bonus to whatever enters a node: a distribution over items joins the decoder's", async () => {
    const sequences = [
      [2, 3, END],
      [2, 4, END],
      [3, 2, END],
      [4, END],
    ];
    const tree = PrefixTree.of(sequences, END);
    const beside = [-4, -0.1, -3, -2.5];
    const decoder = tinyDecoder(6, 11, 4096);
    const search = (constraint: { tree: PrefixTree; bonus?: Float32Array }) =>
      beamSearch({ rows: 1, beams: 8, vocabulary: 6, endToken: END, step: decoder.step, constraints: [constraint] });
    const [plain] = await search({ tree });
    const [joined] = await search({ tree, bonus: tree.logShares(beside) });
    const total = Math.log(beside.reduce((sum, x) => sum + Math.exp(x), 0));
    for (const { item, score } of joined!) {
      const before = plain!.find((other) => other.item === item)!.score;
      expect(score).toBeCloseTo(before + (beside[item]! - total) / sequences[item]!.length, 4);
    }
    expect(joined!.map(({ score }) => score)).toEqual(joined!.map(({ score }) => score).sort((a, b) => b - a));
  });

  it("is greedy search with one beam", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), async (seed) => {
        const decoder = tinyDecoder(7, seed);
        const [found] = await beamSearch({
          rows: 1,
          beams: 1,
          vocabulary: 7,
          endToken: END,
          maxLength: 6,
          step: decoder.step,
        });
        const prefix = [0];
        while (prefix.length < 6) {
          const values = decoder.logProbs(0, prefix);
          const token = values.indexOf(Math.max(...values));
          if (token === END) break;
          prefix.push(token);
        }
        expect([...found![0]!.tokens]).toEqual(prefix.slice(1));
      }),
      { numRuns: 60 },
    );
  });

  it("asks for one beam a row first, then for those that go on, with one more token each time", async () => {
    const decoder = tinyDecoder(5, 1);
    const tree = PrefixTree.of(
      [
        [2, 3, END],
        [2, 4, END],
      ],
      END,
    );
    await beamSearch({
      rows: 2,
      beams: 3,
      vocabulary: 5,
      endToken: END,
      step: decoder.step,
      constraints: [{ tree }, { tree }],
    });
    expect(decoder.calls).toEqual([
      { rowOf: [0, 1], length: 1 },
      { rowOf: [0, 1], length: 2 },
      { rowOf: [0, 0, 1, 1], length: 3 },
    ]);
  });

  // Worked by hand. Tokens: 1 = end, 2 = a, 3 = b. "a end" sums to -1.0 over 2 tokens, "b a end" to -1.2 over 3.
  const twoAnswers = tableDecoder(4, {
    "": { 2: -0.5, 3: -0.6 },
    "2": { 1: -0.5 },
    "3": { 2: -0.3 },
    "3 2": { 1: -0.3 },
  });

  it("divides by length^penalty, end token counted: the longer answer wins at 1 and loses at 0", async () => {
    const options = { rows: 1, beams: 2, vocabulary: 4, endToken: END, maxLength: 6, step: twoAnswers };
    const [mean] = await beamSearch({ ...options, lengthPenalty: 1 });
    expect(mean!.map((h) => [...h.tokens])).toEqual([[3, 2], [2]]);
    expect(mean![0]!.score).toBeCloseTo(-1.2 / 3, 6);
    expect(mean![1]!.score).toBeCloseTo(-1.0 / 2, 6);
    const [sum] = await beamSearch({ ...options, lengthPenalty: 0 });
    expect(sum!.map((h) => [...h.tokens])).toEqual([[2], [3, 2]]);
    expect(sum![0]!.score).toBeCloseTo(-1.0, 6);
  });

  it("skips an end that ranks behind the number of beams and stops when the pool is full", async () => {
    const step = tableDecoder(4, {
      "": { 2: -0.1, 3: -0.15 },
      "2": { 1: -0.4, 2: -0.35, 3: -9 },
      "3": { 1: -0.5, 2: -9, 3: -9 },
      "2 2": { 1: -0.02, 2: -3, 3: -9 },
      "3 2": { 1: -9 },
    });
    const options = { rows: 1, beams: 2, vocabulary: 4, endToken: END, maxLength: 5, step };
    // Second step, in order: "a a" -.45, "a end" -.5, "b end" -.65 (rank 2 of 0..3 >= 2 beams: skipped), ...
    // so the pool holds one answer only, and the third step adds "a a end" -.47/3.
    const [early] = await beamSearch({ ...options, earlyStopping: true });
    expect(early!.map((h) => [...h.tokens])).toEqual([[2, 2], [2]]);
    expect(early![0]!.score).toBeCloseTo(-0.47 / 3, 6);
    expect(early![1]!.score).toBeCloseTo(-0.5 / 2, 6);
  });

  it("keeps searching after a full pool only without early stopping", async () => {
    // Step 1: "a" -0.1 outranks "end" -0.6, whose rank 1 is not below 1 beam: skipped.
    // Step 2: "a end" -0.5 comes first and fills the pool (mean -0.25); "a b" -0.55 lives on and could reach
    // "a b end" -0.56 / 3 = -0.187, which only the exact rule waits for:
    // false compares -0.25 with -0.5 / 2 (the best candidate now) and stops; exact with -0.5 / 4.
    const step = tableDecoder(4, { "": { 1: -0.6, 2: -0.1 }, "2": { 1: -0.4, 3: -0.45 }, "2 3": { 1: -0.01, 2: -5 } });
    const options = { rows: 1, beams: 1, vocabulary: 4, endToken: END, maxLength: 5, step };
    const tokensFor = async (earlyStopping: EarlyStopping) => [
      ...(await beamSearch({ ...options, earlyStopping }))[0]![0]!.tokens,
    ];
    expect(await tokensFor(true)).toEqual([2]);
    expect(await tokensFor(false)).toEqual([2]);
    expect(await tokensFor("exact")).toEqual([2, 3]);
  });

  it("returns live beams as unfinished when the length runs out", async () => {
    const step = tableDecoder(4, { "": { 2: -0.25 }, "2": { 3: -0.25 }, "2 3": { 2: -0.25 } });
    const [found] = await beamSearch({ rows: 1, beams: 2, vocabulary: 4, endToken: END, maxLength: 3, step });
    expect(found).toEqual([{ tokens: Int32Array.of(2, 3), item: -1, finished: false, score: -0.25 }]);
  });

  it("gives equal scores to the lower token", async () => {
    const step = tableDecoder(6, { "": { 5: -1, 3: -1, 4: -1 }, "3": { 1: -1 }, "4": { 1: -1 }, "5": { 1: -1 } });
    const [found] = await beamSearch({ rows: 1, beams: 2, vocabulary: 6, endToken: END, step });
    expect(found!.map((h) => [...h.tokens])).toEqual([[3], [4]]);
  });

  it("returns nothing for a row whose items are all excluded, and goes on with the others", async () => {
    const decoder = tinyDecoder(5, 3);
    const tree = PrefixTree.of(
      [
        [2, END],
        [3, END],
      ],
      END,
    );
    const constraints = [tree.without([0, 1]), tree.without([0])];
    const found = await beamSearch({
      rows: 2,
      beams: 2,
      vocabulary: 5,
      endToken: END,
      step: decoder.step,
      constraints,
    });
    expect(found.map((row) => row.map((h) => h.item))).toEqual([[], [1]]);
  });

  it("reports NaN, wrong sizes and impossible options instead of searching on", async () => {
    const options = { rows: 1, beams: 2, vocabulary: 3, endToken: END };
    const nan = async () => new Float32Array(3).fill(Number.NaN);
    const diverged = beamSearch({ ...options, step: nan });
    await expect(diverged).rejects.toThrow(OperationError);
    await expect(diverged).rejects.toThrow(/NaN.*diverged/);
    await expect(beamSearch({ ...options, step: async () => new Float32Array(2) })).rejects.toThrow(/2 values/);
    await expect(beamSearch({ ...options, returned: 3, step: nan })).rejects.toThrow(/returned <= beams/);
    const tree = PrefixTree.of([[2, 2, END]], END);
    await expect(beamSearch({ ...options, maxLength: 3, step: nan, constraints: [{ tree }] })).rejects.toThrow(
      /at least 4/,
    );
    await expect(beamSearch({ ...options, rows: 2, step: nan, constraints: [{ tree }] })).rejects.toThrow(
      /one per row/,
    );
  });
});
