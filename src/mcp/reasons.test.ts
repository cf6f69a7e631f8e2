import { expect, test } from "vitest";
import type { EvidenceExplanation, ExplainedTerm } from "../pipeline/explain/index.ts";
import { reasonsOf } from "./reasons.ts";

const term = (name: string, ahead: number): ExplainedTerm => ({
  name,
  describes: `what ${name} is`,
  says: `${name} said it`,
  adds: ahead,
  typical: 0,
  ahead,
  behind: [],
});

const explained = (...terms: readonly ExplainedTerm[]): EvidenceExplanation => ({
  kind: "evidence",
  user: "u",
  task: "sequential",
  system: "isrf",
  history: [],
  pool: "100 items of the catalogue",
  recommendations: [{ rank: 1, item: { itemId: "i", title: "Lamp" }, score: 1, typicalScore: 0, terms }],
});

test("says what speaks for an item and against it, and leaves out what knows nothing of it", () => {
  const [one] = reasonsOf(explained(term("popularity", -0.5), term("neighbours", 0), term("sequence", 1.25))).items;
  expect(one!.says).toEqual([
    "sequence for it (+1.25): sequence said it",
    "popularity against it (-0.50): popularity said it",
  ]);
  expect(one!.terms.map(({ name }) => name)).toEqual(["popularity", "neighbours", "sequence"]);
});

test("gives what rounds to 0 no sign", () => {
  const [one] = reasonsOf(explained(term("text", -0.001))).items;
  expect(one!.says).toEqual(["text against it (0.00): text said it"]);
});
