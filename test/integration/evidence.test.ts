// What holds of every answer that is a sum of evidence, on a run as small as tests train.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { Random } from "../../src/base/random.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { countParameters, totalOf } from "../../src/pipeline/study/parameter-counts.ts";
import type { EvidenceAnswer, EvidenceSource, RankedList, Recommender } from "../../src/recommenders/recommender.ts";
import { loadEvidence } from "../../src/recommenders/witnesses/evidence-files.ts";
import type { EvidenceModel } from "../../src/recommenders/witnesses/evidence-model.ts";
import { EvidenceRecommender } from "../../src/recommenders/witnesses/evidence-recommender.ts";
import { PARTS, type Weights } from "../../src/recommenders/witnesses/mixture/weights.ts";
import { followingItems, NEIGHBOUR_OPTIONS } from "../../src/recommenders/witnesses/neighbours.ts";
import { type OpenRun, openRun } from "../../src/runs/run.ts";
import fc from "../support/fc.ts";
import { shell } from "../support/shell.ts";
import { preparedShop, TOY } from "../support/trained-shop.ts";

let root: string;
let run: OpenRun;
let evidence: EvidenceSource;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  const shop = await preparedShop(root);
  const { code, stderr } = await shell(`train ${shop} ${TOY} --threads 1 --out ${root}/run`, commands);
  expect(code, stderr).toBe(0);
  run = await openRun(join(root, "run"), { compile: { threads: 1 } });
  evidence = run.recommender.evidence!;
}, 120_000);

afterAll(async () => {
  await run?.recommender.dispose();
  await rm(root, { recursive: true, force: true });
});

const ROUNDS = 40;

/** A user of the run or somebody new, with a history of items at random. */
function question(random: Random) {
  const { nItems, nUsers } = run.split;
  const items = random.shuffle(Int32Array.from({ length: nItems }, (_, item) => item));
  const length = 1 + random.below(15);
  const userIndex = random.below(4) === 0 ? undefined : random.below(nUsers);
  return { userIndex, history: items.slice(0, length), others: items.slice(length, length + 2 + random.below(60)) };
}

function expectSums({ items, scores, terms }: EvidenceAnswer, names: readonly string[]): void {
  expect(terms.map(({ name }) => name)).toEqual(names.slice(0, terms.length));
  for (const place of items.keys()) {
    const sum = terms.reduce((total, { adds }) => total + adds[place]!, 0);
    expect(Math.abs(sum - scores[place]!)).toBeLessThan(1e-4 * Math.max(1, Math.abs(scores[place]!)));
  }
}

describe("the terms of an answer", () => {
  it("add up to its scores, for whoever is asked about and among whatever", async () => {
    const random = Random.of(4, "questions");
    for (let round = 0; round < ROUNDS; round++) {
      const { others, ...asked } = question(random);
      const count = 1 + random.below(30);
      const among = random.below(2) === 0 ? undefined : others;
      const next = await evidence.answer({ ...asked, among }, count);
      const [list] = await run.recommender.rankSequential([{ ...asked, among }], count);
      expect([...next.items]).toEqual([...list!.items]);
      expect([...next.scores]).toEqual([...list!.scores]);
      expectSums(next, evidence.terms);
      const which = await evidence.answerDirect({ ...asked, candidates: others }, count);
      expect(which.items).toHaveLength(Math.min(count, others.length));
      expectSums(which, evidence.terms);
    }
  });

  it("are those of the whole answer where others are silent", async () => {
    const silent = ["neighbours", "popularity", "generator"].filter((name) => evidence.terms.includes(name));
    const part = evidence.without(silent).evidence!;
    const whole = evidence.without(evidence.terms.filter((name) => name === "generator")).evidence!;
    const random = Random.of(5, "questions");
    for (let round = 0; round < 10; round++) {
      const { others, ...asked } = question(random);
      const [all, some] = [
        await whole.answerDirect({ ...asked, candidates: others }, others.length),
        await part.answerDirect({ ...asked, candidates: others }, others.length),
      ];
      expectSums(some, part.terms);
      for (const { name, adds } of some.terms) {
        const before = all.terms.find((term) => term.name === name)!.adds;
        const placeOf = new Map([...all.items].map((item, place) => [item, place]));
        for (const [place, item] of some.items.entries()) {
          expect(adds[place]).toBeCloseTo(before[placeOf.get(item)!]!, 4);
        }
      }
    }
  });
});

/** The run's answers by other weights: what holds of sums holds whatever was learned. */
function reweighed(factors: readonly number[]): EvidenceSource {
  const { model } = run.recommender as unknown as { readonly model: EvidenceModel };
  const moved = (weights: Weights): Weights => ({
    ...weights,
    values: weights.values.map((value, i) => value + factors[i % factors.length]!),
  });
  const other = ({ first, final }: EvidenceModel["weights"]["direct"]) => ({
    first: moved(first),
    final: final && moved(final),
  });
  const { sequential, direct } = model.weights;
  const weights = { sequential: other(sequential), direct: other(direct) };
  return new EvidenceRecommender({ ...model, weights }, false).evidence;
}

/** The run's answers with a generator that is heard, whose word on an item depends on the list it is asked about. */
function heard(): EvidenceRecommender {
  const { model } = run.recommender as unknown as { readonly model: EvidenceModel };
  const generator: EvidenceModel["generator"] = {
    name: "generator",
    describes: "an item's number over the mean of the list's",
    testify: async (_task, _questions, lists) =>
      lists.map((list) => Float32Array.from(list, (item) => (item * list.length) / list.reduce((a, b) => a + b, 1))),
    async dispose() {},
  };
  const withIt = ({ first }: EvidenceModel["weights"]["direct"]) => ({
    first,
    final: {
      terms: [...first.terms, generator.name],
      scales: [...first.scales, 1],
      values: Float64Array.from([...first.values, 1, ...Array(PARTS - 1).fill(0)]),
    },
  });
  const { sequential, direct } = model.weights;
  const weights = { sequential: withIt(sequential), direct: withIt(direct) };
  return new EvidenceRecommender({ ...model, generator, weights }, false);
}

test("a generator's part of a short answer is what it said of the list that was ranked", async () => {
  const source = heard().evidence;
  const names = [...evidence.terms.filter((name) => name !== "generator"), "generator"];
  for (const count of [1, 3, 50]) {
    const answer = await source.answer({ userIndex: 3, history: Int32Array.of(1, 5, 9) }, count);
    expect(answer.items).toHaveLength(count);
    expectSums(answer, names);
  }
});

describe("candidates", () => {
  const history = Int32Array.of(1, 5, 9);
  const [two, more] = [Int32Array.of(20, 21), Int32Array.of(20, 21, 2, 3, 4, 6, 7, 8)];
  const scoresOf = async (candidates: Int32Array, areDrawn?: boolean, by: Recommender = run.recommender) => {
    const request = { userIndex: 3, history, candidates, areDrawn };
    const [{ items, scores }] = (await by.rankDirect([request], candidates.length)) as [RankedList];
    return [20, 21].map((item) => scores[items.indexOf(item)]!);
  };

  it.each([
    ["a generator that is not heard", () => run.recommender],
    ["one that is", heard],
  ])("that somebody named have scores that do not depend on each other, by %s", async (_, by) => {
    const [few, many] = [await scoresOf(two, false, by()), await scoresOf(more, false, by())];
    few.forEach((score, i) => {
      expect(score).toBeCloseTo(many[i]!, 4);
    });
  });

  it("that a protocol drew are judged by how popular they are, too, and by a generator that is heard", async () => {
    expect(await scoresOf(two, true)).not.toEqual(await scoresOf(two));
    expect(await scoresOf(two, true, heard())).not.toEqual(await scoresOf(two, true));
  });

  it("that somebody named are explained by those who spoke", async () => {
    const answer = await heard().evidence.answerDirect({ userIndex: 3, history, candidates: more }, more.length);
    expect(answer.terms.map(({ name }) => name)).not.toContain("generator");
    expectSums(answer, evidence.terms);
  });
});

describe("a recommender with terms silent", () => {
  it("takes a generator that is not heard for silent already", () => {
    expect(evidence.terms).not.toContain("generator");
    expect(evidence.without(["generator"]).name).toBe("isrf without generator");
    expect(() => evidence.without(["weather"])).toThrow(/no evidence called weather/);
  });

  it("knows items that training never saw as long as somebody who reads texts speaks", () => {
    expect(run.recommender.answersColdItems).toEqual(["sequential", "direct"]);
    expect(evidence.without(["sequence", "text"]).answersColdItems).toEqual(["sequential", "direct"]);
    const blind = evidence.without(["sequence", "text", "nearest", "individual"]);
    expect(blind.answersColdItems).toEqual([]);
  });
});

describe("a score", () => {
  it("is the sum of its terms, whoever speaks, by whatever weights, after whatever history", async () => {
    const { nItems, nUsers } = run.split;
    const asked = fc.record({
      silent: fc.subarray([...evidence.terms]),
      factors: fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 60 }),
      userIndex: fc.option(fc.nat(nUsers - 1), { nil: undefined }),
      history: fc.uniqueArray(fc.nat(nItems - 1), { minLength: 1, maxLength: 15 }),
      candidates: fc.uniqueArray(fc.nat(nItems - 1), { minLength: 2, maxLength: 60 }),
      count: fc.integer({ min: 1, max: 30 }),
    });
    const property = fc.asyncProperty(asked, async ({ silent, factors, userIndex, count, ...lists }) => {
      const all = reweighed(factors);
      const left = all.terms.filter((name) => !silent.includes(name));
      // Beside the generator somebody has to speak.
      fc.pre(left.some((name) => name !== "generator"));
      const source = silent.length === 0 ? all : all.without(silent).evidence!;
      const request = { userIndex, history: Int32Array.from(lists.history) };
      const candidates = Int32Array.from(lists.candidates);
      expect(source.terms).toEqual(left);
      expectSums(await source.answer(request, count), left);
      expectSums(await source.answer({ ...request, among: candidates }, count), left);
      expectSums(await source.answerDirect({ ...request, candidates }, count), left);
    });
    await fc.assert(property, { seed: 6, numRuns: 40 });
  });
});

describe("a run's parameters", () => {
  it("are those of the backbone, the sequence model, the text map and the weights", async () => {
    const counts = (await countParameters(run.directory))!;
    const { tables, learned } = await loadEvidence(join(run.directory, "evidence"));
    const { down, up } = tables.texts!.map;
    const { sequential, direct } = learned.weights;
    const weights = [sequential.first, sequential.final, direct.first, direct.final].map((one) => one?.values.length);
    expect(counts.textMap).toBe(down.length + up.length);
    expect(counts.weights).toBe(weights.reduce<number>((sum, length = 0) => sum + length, 0));
    // A row for each item at least in either.
    expect(counts.model).toBeGreaterThan(run.split.nItems * 16);
    expect(counts.sequence).toBeGreaterThan(run.split.nItems);
    expect(totalOf(counts)).toBe(counts.model + counts.sequence! + counts.textMap! + counts.weights!);
    expect(await countParameters(root)).toBeUndefined();
  });
});

describe("what witnesses know", () => {
  it("is gathered from training prefixes alone: no validation or test pair is in it", async () => {
    const { tables } = await loadEvidence(join(run.directory, "evidence"));
    const { prefixes, valid, test, nItems, nUsers } = run.split;
    expect(tables.prefixes.map((prefix) => [...prefix])).toEqual(prefixes.map((prefix) => [...prefix]));
    const counts = new Int32Array(nItems);
    for (const prefix of prefixes) for (const item of prefix) counts[item]!++;
    expect([...tables.counts]).toEqual([...counts]);
    for (let user = 0; user < nUsers; user++) {
      expect(tables.prefixes[user]).not.toContain(valid[user]);
      expect(tables.prefixes[user]).not.toContain(test[user]);
    }
    const { offsets, indices, values } = followingItems(prefixes, nItems, NEIGHBOUR_OPTIONS);
    expect([...tables.following!.offsets]).toEqual([...offsets]);
    expect([...tables.following!.indices]).toEqual([...indices]);
    expect([...tables.following!.values]).toEqual([...values]);
  });

  it("names nobody's own pair behind an answer, and no held-out one of others", async () => {
    const { prefixes, valid, nUsers } = run.split;
    const terms = ["group", "sequence", "individual", "neighbours", "text"];
    const named = new Map(terms.map((term) => [term, 0]));
    for (let userIndex = 0; userIndex < nUsers; userIndex++) {
      const request = { userIndex, history: prefixes[userIndex]! };
      for (const term of terms) {
        const behind = await evidence.behind(term, request, valid[userIndex]!);
        named.set(term, named.get(term)! + behind.length);
        for (const { kind, index } of behind) {
          expect(kind).toBe(term === "group" ? "user" : "item");
          if (kind === "user") expect(index).not.toBe(userIndex);
          if (kind === "user") expect(prefixes[index]).toContain(valid[userIndex]);
          else expect(prefixes[userIndex]).toContain(index);
        }
      }
    }
    for (const [term, count] of named) expect(count, term).toBeGreaterThan(0);
  });
});
