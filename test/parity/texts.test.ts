// Measures of sentences against sacrebleu, rouge-score and counts by definition (peers/texts.py).
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { textMetrics } from "../../src/evaluation/index.ts";
import { bleuTokens } from "../../src/evaluation/texts/tokens.ts";
import { fixturePath } from "./fixture.ts";

interface Golden {
  readonly features: readonly string[];
  readonly cases: readonly {
    readonly name: string;
    readonly pairs: readonly (readonly [written: string, reference: string])[];
    readonly wanted: readonly (string | null)[];
    readonly values: Readonly<Record<string, number>>;
  }[];
  readonly tokens: readonly { readonly text: string; readonly tokens: readonly string[] }[];
}

const golden = JSON.parse(await readFile(fixturePath("texts.json"), "utf8")) as Golden;

it.each(golden.tokens)("$text is divided as sacrebleu does", ({ text, tokens }) => {
  expect(bleuTokens(text)).toEqual(tokens);
});

describe.each(golden.cases)("sentences: $name", ({ pairs, wanted, values }) => {
  it("have the measures of sacrebleu and rouge-score", () => {
    const found = textMetrics({
      written: pairs.map(([written]) => written),
      references: pairs.map(([, reference]) => reference),
      wanted: wanted.map((feature) => feature ?? undefined),
      features: new Set(golden.features),
    });
    expect(Object.keys(found).sort()).toEqual(Object.keys(values).sort());
    for (const [name, value] of Object.entries(values)) expect(found[name], name).toBeCloseTo(value, 10);
  });
});

it("features are no measure where no reference has one", () => {
  const found = textMetrics({ written: ["a b"], references: ["a"], wanted: [undefined], features: new Set(["a"]) });
  expect(Object.keys(found)).not.toContain("FMR");
});
