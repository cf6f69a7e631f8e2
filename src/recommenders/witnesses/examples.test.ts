import { describe, expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import { type Split, trainingLists } from "../../data/index.ts";
import { validationQuestions } from "../training/ranking-validation.ts";
import { type ExampleSource, examplesOf, exampleUsers } from "./examples.ts";
import { CandidatePopularity } from "./mixture/weights.ts";

const SEED = 11;

/** Users of three items each, of which the last two are held out. */
function splitOf(nUsers: number, nItems: number): Split {
  const random = Random.of(SEED, "items");
  const lists = Array.from({ length: nUsers }, () =>
    random.shuffle(Int32Array.from({ length: nItems }, (_, item) => item)).slice(0, 3 + random.below(4)),
  );
  return {
    nUsers,
    nItems,
    prefixes: trainingLists(lists.map((list) => list.slice(0, -2))),
    valid: Int32Array.from(lists, (list) => list.at(-2)!),
    test: Int32Array.from(lists, (list) => list.at(-1)!),
  };
}

const outside = (owned: ReadonlySet<number>, nItems: number): number[] =>
  Array.from({ length: nItems }, (_, item) => item).filter((item) => !owned.has(item));

describe("users whose validation items teach weights", () => {
  it.each([
    { nUsers: 1000, chosen: 300, learn: 400, report: 200 },
    { nUsers: 1000, chosen: 0, learn: 400, report: 200 },
    { nUsers: 1000, chosen: 1000, learn: 400, report: 200 },
    { nUsers: 40, chosen: 20, learn: 6000, report: 3000 },
    { nUsers: 40, chosen: Number.POSITIVE_INFINITY, learn: 6000, report: 3000 },
    { nUsers: 3, chosen: 2, learn: 6000, report: 3000 },
  ])("are none of those that weights are reported on: $nUsers users, $chosen chose", ({ nUsers, ...wanted }) => {
    const { learn, report } = exampleUsers(nUsers, wanted, SEED);
    expect(learn.length).toBeGreaterThan(0);
    expect(report.length).toBeGreaterThan(0);
    expect(learn.length).toBeLessThanOrEqual(wanted.learn);
    expect(report.length).toBeLessThanOrEqual(wanted.report);
    const all = [...learn, ...report];
    expect(new Set(all).size).toBe(all.length);
    for (const user of all) expect(user < nUsers && user >= 0).toBe(true);
  });

  it("chose no checkpoint, and neither did those that weights are reported on, where there are enough", () => {
    const split = splitOf(1000, 30);
    const asked = validationQuestions(split, () => Int32Array.of(), 300, SEED);
    const chose = new Set(asked.map(({ userIndex }) => userIndex));
    const { learn, report } = exampleUsers(1000, { chosen: 300, learn: 400, report: 200 }, SEED);
    expect([learn.length, report.length]).toEqual([400, 200]);
    expect([...learn, ...report].filter((user) => chose.has(user))).toEqual([]);
  });

  it("are two thirds of all where too few are left, and who chose nothing is reported on first", () => {
    const { learn, report, alsoChose } = exampleUsers(60, { chosen: 50, learn: 6000, report: 3000 }, SEED);
    expect([learn.length, report.length, alsoChose]).toEqual([40, 20, 10]);
    const all = exampleUsers(60, { chosen: Number.POSITIVE_INFINITY, learn: 6000, report: 3000 }, SEED);
    expect([all.report.length, all.alsoChose]).toEqual([20, 20]);
  });

  // As by default in a shop of 12,000 users: 4,000 chose nothing, fewer than half of the 9,000 that are wanted.
  it("are reported on by users that chose nothing, as far as there are any", () => {
    const split = splitOf(1200, 30);
    const asked = validationQuestions(split, () => Int32Array.of(), 800, SEED);
    const chose = new Set(asked.map(({ userIndex }) => userIndex));
    const { learn, report, alsoChose } = exampleUsers(1200, { chosen: 800, learn: 600, report: 300 }, SEED);
    expect([learn.length, report.length, alsoChose]).toEqual([600, 300, 0]);
    expect(report.filter((user) => chose.has(user))).toHaveLength(0);
    // The others who chose nothing teach.
    expect(learn.filter((user) => !chose.has(user))).toHaveLength(100);
  });
});

describe("questions of weights", () => {
  const split = splitOf(50, 30);
  const counts = new Int32Array(30);
  for (const prefix of split.prefixes) for (const item of prefix) counts[item]!++;
  const source: ExampleSource = {
    split,
    negatives: (user) =>
      Int32Array.from(outside(new Set([...split.prefixes[user]!, split.valid[user]!, split.test[user]!]), 30)),
    popularity: new CandidatePopularity(counts, Float32Array.from(counts)),
    counts,
    seed: SEED,
  };
  const users = Int32Array.from({ length: 50 }, (_, user) => user);
  const { sequential, direct } = examplesOf(users, source);

  it("ask for the validation item after the training prefix, which does not hold it; test items are asked for nowhere", () => {
    for (const questions of [sequential, direct.uniform, direct.popularity]) {
      expect(questions).toHaveLength(50);
      for (const { userIndex, history, target } of questions) {
        expect(target).toBe(split.valid[userIndex!]);
        expect(history).toBe(split.prefixes[userIndex!]);
        expect(history).not.toContain(target);
      }
    }
  });

  it("have candidates with the answer once and nothing else that the user has taken", () => {
    for (const { userIndex, target, candidates } of [...direct.uniform, ...direct.popularity]) {
      expect(candidates!.filter((item) => item === target)).toHaveLength(1);
      expect(new Set(candidates).size).toBe(candidates!.length);
      for (const item of split.prefixes[userIndex!]!) expect(candidates).not.toContain(item);
    }
  });

  it("draw candidates by popularity from what training prefixes hold", () => {
    for (const { target, candidates } of direct.popularity)
      for (const item of candidates!) expect(item === target || counts[item]! > 0).toBe(true);
  });
});
