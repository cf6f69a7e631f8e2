// How right the rules on replies are, on real models' replies that were read and labelled by hand (README.md).
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ChainTexts, Step } from "../../src/reasoning/index.ts";
import { FLAWS, type Flaw, readAnswer } from "../../src/reasoning/judgement/index.ts";

interface Labelled {
  readonly model: string;
  readonly part: "seen" | "held-out";
  readonly step: Step;
  readonly prompt: string;
  readonly earlier: Partial<ChainTexts>;
  readonly isJson: boolean;
  readonly isTruncated: boolean;
  readonly reply: string;
  readonly labels: readonly (Flaw | "usable" | "weak")[];
}

const lines = readFileSync(new URL("labelled-answers.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n");
const answers = lines.map((line) => JSON.parse(line) as Labelled);

interface Verdict extends Labelled {
  /** What the rules say; undefined: it passes. */
  readonly said: Flaw | undefined;
}

const verdicts = answers.map((answer): Verdict => {
  const { isTruncated, isJson } = answer;
  const reading = readAnswer(answer.reply, { request: answer, isTruncated, isJson, language: "en" });
  return { ...answer, said: reading.kind === "flaw" ? reading.flaw : undefined };
});

const share = (all: readonly Verdict[], holds: (verdict: Verdict) => boolean) =>
  all.length === 0 ? 1 : all.filter(holds).length / all.length;
const isUsable = ({ labels }: Verdict) => labels.includes("usable");
const isFlawed = ({ labels }: Verdict) => labels.some((label) => label !== "usable" && label !== "weak");

const parts = (["seen", "held-out"] as const).filter((part) => answers.some((answer) => answer.part === part));

describe.each(parts)("replies that were %s", (part) => {
  const own = verdicts.filter((verdict) => verdict.part === part);
  const floors = part === "seen" ? { recall: 0.97, kept: 0.95 } : { recall: 0.85, kept: 0.9 };

  it("are refused where they are flawed", () => {
    const flawed = own.filter((verdict) => isFlawed(verdict) && !isUsable(verdict) && !verdict.labels.includes("weak"));
    expect(flawed.length).toBeGreaterThan(20);
    expect(share(flawed, ({ said }) => said !== undefined)).toBeGreaterThanOrEqual(floors.recall);
  });

  it("are kept where they are usable", () => {
    const usable = own.filter((verdict) => isUsable(verdict) && !isFlawed(verdict));
    expect(usable.length).toBeGreaterThan(20);
    expect(share(usable, ({ said }) => said === undefined)).toBeGreaterThanOrEqual(floors.kept);
  });
});

/** Fewer replies than this say nothing of a rule. */
const ENOUGH = 4;

describe.each(Object.keys(FLAWS) as Flaw[])("the rule for %s", (flaw) => {
  const said = verdicts.filter((verdict) => verdict.said === flaw);
  const there = verdicts.filter(({ labels }) => labels.length === 1 && labels[0] === flaw);

  it.runIf(said.length >= ENOUGH)(`is right when it speaks (${said.length} replies)`, () => {
    const right = (verdict: Verdict) => verdict.labels.includes(flaw) || verdict.labels.includes("weak");
    expect(share(said, right)).toBeGreaterThanOrEqual(0.9);
  });

  it.runIf(there.length >= ENOUGH)(`lets none of its kind pass (${there.length} replies)`, () => {
    expect(share(there, (verdict) => verdict.said !== undefined)).toBeGreaterThanOrEqual(0.9);
  });
});

it("the set is of several models and steps, and large enough to speak of", () => {
  expect(answers.length).toBeGreaterThanOrEqual(200);
  expect(new Set(answers.map(({ model }) => model)).size).toBeGreaterThanOrEqual(3);
  expect(new Set(answers.map(({ step }) => step)).size).toBe(3);
});
