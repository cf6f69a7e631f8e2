import { describe, expect, it } from "vitest";
import { Random } from "../base/random.ts";
import { EVALUATION_SEED } from "../base/seeds.ts";
import {
  assertChecks,
  checkCandidates,
  checkIdCanary,
  checkPositions,
  checkRandomScorer,
  checkSplitOverlap,
  checkUnchanged,
} from "./checks.ts";
import { comparable, fingerprint, type ProtocolFacts } from "./fingerprint.ts";

describe("strict checks", () => {
  it("finds a held-out item in a training prefix", () => {
    const train = [Int32Array.of(1, 2), Int32Array.of(3, 4)];
    expect(checkSplitOverlap(train, Int32Array.of(5, 6), Int32Array.of(7, 8)).verdict).toBe("ok");
    const leak = checkSplitOverlap(train, Int32Array.of(5, 6), Int32Array.of(7, 3));
    expect(leak).toMatchObject({ verdict: "fail", detail: expect.stringContaining("1 of 2 users") });
    expect(() => assertChecks([leak], "isrf")).toThrow(/isrf: found 1 of 2 users/);
  });

  it("finds repeated candidates and questions without their target", () => {
    expect(checkCandidates(Int32Array.of(1, 2, 3, 4, 5, 6), 3, Int32Array.of(2, 6)).verdict).toBe("ok");
    expect(checkCandidates(Int32Array.of(1, 2, 2, 4, 5, 6), 3, Int32Array.of(2, 6)).verdict).toBe("fail");
    expect(checkCandidates(Int32Array.of(1, 2, 3, 4, 5, 6), 3, Int32Array.of(2, 7)).verdict).toBe("fail");
  });

  it("passes uniform positions and fails a target that is always last, or often in the first half", () => {
    const random = Random.of(1, "positions");
    const uniform = Int32Array.from({ length: 3000 }, () => random.below(100));
    expect(checkPositions(uniform, 100).verdict).toBe("ok");
    expect(checkPositions(new Int32Array(50).fill(99), 100).verdict).toBe("fail");
    expect(
      checkPositions(
        uniform.map((p, i) => (i % 5 === 0 ? p % 50 : p)),
        100,
      ).verdict,
    ).toBe("fail");
    const few = checkPositions(Int32Array.of(99), 100);
    expect(few.verdict).toBe("unknown");
    expect(() => assertChecks([few], "isrf")).not.toThrow();
  });

  // Places follow from the seed and the numbers of users and negatives alone: here p = 6.5e-4, in every such shop.
  it("does not refuse for ever a shop whose size has an unlikely draw", () => {
    const positions = Int32Array.from({ length: 80 }, (_, user) => {
      const question = new Int32Array(58);
      question[57] = 1;
      return Random.of(EVALUATION_SEED, `candidates of ${user}`).shuffle(question).indexOf(1);
    });
    const check = checkPositions(positions, 58);
    expect(check.verdict).toBe("ok");
    expect(check.detail).toMatch(/p = 0\.0006/);
  });

  // P(X >= 3) of 4 at .1 is .0037: of shops with four users one in 270 is such a one, and its draw never changes.
  it("does not refuse for ever what a random scorer finds for few users", () => {
    expect(checkRandomScorer(3 / 4, 0.1, 4)).toMatchObject({
      verdict: "ok",
      detail: expect.stringContaining("p = 0.0074"),
    });
    expect(checkRandomScorer(5 / 10, 0.1, 10).verdict).toBe("ok");
    expect(checkRandomScorer(0, 0.1, 1).verdict).toBe("ok");
    expect(checkRandomScorer(1, 1, 3).verdict).toBe("ok");
  });

  it("fails a random scorer that is told answers, or never right", () => {
    expect(checkRandomScorer(1, 0.1, 10).verdict).toBe("fail");
    expect(checkRandomScorer(0.13, 0.1, 22_363).verdict).toBe("fail");
    expect(checkRandomScorer(0, 0.1, 200).verdict).toBe("fail");
    expect(checkRandomScorer(0.104, 0.1, 22_363).verdict).toBe("ok");
  });

  it("does not blame item numbers for two hits of few users", () => {
    const chance = 10 / 12_101;
    expect(checkIdCanary({ hitRate: 2 / 50, chance, users: 50 }).verdict).toBe("ok");
    expect(checkIdCanary({ hitRate: 8 / 50, chance, users: 50 }).verdict).toBe("fail");
  });

  // Published numbering of Beauty gives the rule HR@10 .0463, training-prefix numbering .0062 (docs/protocols.md, L2).
  it("fails the published numbering of Beauty and passes the strict one", () => {
    const chance = 10 / 12_101;
    expect(checkIdCanary({ hitRate: 0.0463, chance, users: 22_363 }).verdict).toBe("fail");
    expect(checkIdCanary({ hitRate: 0.0062, chance, users: 22_363 }).verdict).toBe("ok");
  });

  it("does not blame a small catalogue for chance hits", () => {
    expect(checkIdCanary({ hitRate: 0.045, chance: 10 / 230, users: 400 }).verdict).toBe("ok");
    expect(checkIdCanary({ hitRate: 0.2, chance: 10 / 230, users: 400 }).verdict).toBe("fail");
  });

  it("notices a changed candidate list", () => {
    expect(checkUnchanged("a", "a").verdict).toBe("ok");
    expect(checkUnchanged("a", "b").verdict).toBe("fail");
  });
});

describe("fingerprint", () => {
  const facts: ProtocolFacts = {
    protocol: "strict",
    dataset: "d",
    split: "test",
    splitHash: "s",
    training: "training prefixes",
    users: "all",
    candidates: { uniform: "u", popularity: "p" },
    filtering: "seen and repeated items removed",
    idScheme: "training prefix",
    idMap: "i",
    decoding: "valid items",
  };

  it("does not depend on the order of fields", () => {
    const reordered = { ...facts, candidates: { popularity: "p", uniform: "u" } };
    expect(fingerprint(reordered).hash).toBe(fingerprint(facts).hash);
    expect(comparable(fingerprint(reordered), fingerprint(facts)).comparable).toBe(true);
  });

  it("names what differs", () => {
    const other = fingerprint({ ...facts, split: "valid", candidates: { uniform: "x" } });
    expect(comparable(fingerprint(facts), other)).toEqual({
      comparable: false,
      differences: ["split: test / valid", 'candidates: {"popularity":"p","uniform":"u"} / {"uniform":"x"}'],
    });
    expect(other.hash).not.toBe(fingerprint(facts).hash);
  });
});
