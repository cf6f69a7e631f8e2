import { expect, it } from "vitest";
import { nextCommands } from "./next-commands.ts";

const facts = { out: "shop", again: ["run", "a.csv", "--out", "shop"], user: "ann", minutes: 10, isRuleBased: false };

function lines(further: { readonly isLimited: boolean; readonly preset: string }): string[] {
  return nextCommands({ ...facts, ...further }).map(({ words }) => words.join(" "));
}

it("gives more minutes to a training that had too few, and else a larger preset where there is one", () => {
  const first = lines({ isLimited: false, preset: "mini" });
  expect(first).toEqual([
    "recommend shop/run --user ann --top 10",
    "explain shop/run --user ann",
    "serve shop/run",
    "evaluate shop/run",
  ]);
  expect(lines({ isLimited: false, preset: "tiny" })).toEqual([...first, "run a.csv --out shop --preset mini"]);
  expect(lines({ isLimited: true, preset: "mini" })).toEqual([...first, "run a.csv --out shop --minutes 30"]);
});

it("says which commands answer by the model where another system recommends", () => {
  const by = nextCommands({ ...facts, isLimited: false, preset: "mini", by: "item-knn" });
  expect(by[0]!.words.join(" ")).toMatch(/--model item-knn$/);
  expect(
    by.filter(({ what }) => what.endsWith("; by the model, not by item-knn")).map(({ words }) => words[0]),
  ).toEqual(["explain", "serve"]);
});
