// How right the rules on replies are, on real models' replies that were read and labelled by hand (README.md). A weak
// reply that is refused is not counted as rightly refused, nor as wrongly.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { labelledRepliesFile, FILE as REPLIES } from "../../scripts/labelled-replies.ts";
import {
  GRADES,
  isOfModel,
  PAGE,
  ruleFigures,
  rulesWithLabels,
  ruleTables,
  type Verdict,
  verdicts,
} from "../../scripts/rule-table.ts";
import type { Flaw } from "../../src/reasoning/judgement/index.ts";

const answers = verdicts();

const refusedShare = (all: readonly Verdict[]) => all.filter(({ said }) => said !== undefined).length / all.length;

describe.each([
  { part: "seen", refused: 0.97, kept: 0.97, agreement: 0.84, kappa: 0.65 },
  { part: "held-out", refused: 0.9, kept: 0.95, agreement: 0.78, kappa: 0.55 },
])("replies that were $part", ({ part, refused, kept, agreement, kappa }) => {
  const own = answers.filter((verdict) => verdict.part === part);

  it("are refused where they have a flaw and nothing speaks for them", () => {
    const flawed = own.filter(GRADES["flawed alone"]);
    expect(flawed.length).toBeGreaterThan(20);
    expect(refusedShare(flawed)).toBeGreaterThanOrEqual(refused);
  });

  it("are kept where they are usable", () => {
    const usable = own.filter(({ labels }) => labels.length === 1 && labels[0] === "usable");
    expect(usable.length).toBeGreaterThan(20);
    expect(1 - refusedShare(usable)).toBeGreaterThanOrEqual(kept);
  });

  it("are judged alike by rules and labels, weak ones counted as bad", () => {
    const found = rulesWithLabels(own);
    expect(found.share).toBeGreaterThanOrEqual(agreement);
    expect(found.kappa).toBeGreaterThanOrEqual(kappa);
  });
});

describe("replies of other catalogues, written by hand", () => {
  const own = answers.filter((verdict) => !isOfModel(verdict));

  it.each(own.filter(GRADES.usable))("are kept where they are usable: $reply", ({ said }) => {
    expect(said).toBeUndefined();
  });

  it.each(own.filter(GRADES["flawed alone"]))("are refused where they have a flaw: $reply", ({ said, labels }) => {
    expect(labels).toContain(said);
  });
});

/** Least precision, and least recall by the rule's own name and by any; of rules that enough replies speak of. */
const FLOORS: Readonly<Partial<Record<Flaw, readonly [precision: number, byName: number, byAny: number]>>> = {
  truncated: [1, 1, 1],
  malformed: [1, 0.5, 0.95],
  refusing: [1, 0.7, 1],
  repeated: [0.94, 0.9, 0.96],
  "about-itself": [1, 0.5, 0.92],
  placeholder: [1, 0.55, 1],
  copied: [0.88, 0.2, 0.7],
  "off-step": [0.92, 0.2, 1],
};

const ofModels = answers.filter(isOfModel);
const figures = ruleFigures(ofModels);

describe.each(figures.filter(({ rule }) => FLOORS[rule] !== undefined))(
  "the rule for $rule",
  ({ rule, labelled, byName, byAny, refused, right, usable }) => {
    const [precision, leastByName, leastByAny] = FLOORS[rule]!;

    it(`is right when it speaks (${refused} replies)`, () => {
      expect(right / refused).toBeGreaterThanOrEqual(precision);
      expect(usable / refused).toBeLessThanOrEqual(0.02);
    });

    it(`lets few of its kind pass (${labelled} replies)`, () => {
      expect(byName / labelled).toBeGreaterThanOrEqual(leastByName);
      expect(byAny / labelled).toBeGreaterThanOrEqual(leastByAny);
    });
  },
);

it("rules without floors are those of which the labelled replies say nothing", () => {
  const unknown = figures.filter(({ labelled }) => labelled <= 1).map(({ rule }) => rule);
  expect(unknown).toEqual(["empty", "off-language", "injected"]);
  expect(figures.filter(({ rule }) => FLOORS[rule] === undefined).map(({ rule }) => rule)).toEqual(unknown);
});

it("docs/reasoning.md has these figures: npx tsx scripts/rule-table.ts", () => {
  expect(readFileSync(PAGE, "utf8")).toContain(ruleTables(answers));
});

it("src/reasoning/judgement/labelled-replies.jsonl is their held-out part: npx tsx scripts/labelled-replies.ts", () => {
  expect(readFileSync(REPLIES, "utf8")).toBe(labelledRepliesFile());
});

it("the set is of several models and steps, and large enough to speak of", () => {
  expect(ofModels.length).toBeGreaterThanOrEqual(200);
  expect(new Set(ofModels.map(({ model }) => model)).size).toBeGreaterThanOrEqual(3);
  expect(new Set(ofModels.map(({ step }) => step)).size).toBe(3);
});
