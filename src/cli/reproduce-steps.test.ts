import { describe, expect, it } from "vitest";
import type { Command } from "./command.ts";
import { reproduceCommand } from "./commands/reproduce.ts";
import { isTold, runWith, STUDIES, type StudyStep, valuesOf } from "./reproduce-steps.ts";

const STEPS = Object.keys(STUDIES) as StudyStep[];
/** What `isrf reproduce` itself is told. */
const OWN = ["steps", "layers", "neighbours"];

describe("a step of a reproduction", () => {
  const given = { embeddings: "easyrec", seeds: [1, 2], test: "seeds", users: 20, systems: ["pod"], rows: undefined };

  it("is told vectors, and seeds and tests over them where it trains several", () => {
    for (const step of STEPS) {
      const values = valuesOf(step, given);
      expect(values, step).toMatchObject({ embeddings: "easyrec", users: 20 });
      const several = step === "cost" ? {} : { seeds: [1, 2], test: "seeds" };
      expect({ seeds: values.seeds, test: values.test }, step).toEqual({
        seeds: undefined,
        test: undefined,
        ...several,
      });
    }
  });

  it("is told what is for it alone", () => {
    expect(STEPS.filter((step) => "systems" in valuesOf(step, given))).toEqual(["main"]);
    // Times of trainings side by side say little.
    expect(STEPS.filter((step) => !("workers" in valuesOf(step, { workers: 2 })))).toEqual(["cost"]);
    expect(valuesOf("layers", given, { values: [1, 2] })).toMatchObject({ option: "groupLayers", values: [1, 2] });
  });

  it("takes none that no step takes", () => {
    expect(() => valuesOf("main", { ...given, encoder: "lsa", depth: 3 })).toThrow("reproduce: no step takes depth");
    expect(() => runWith(STUDIES.main.command, { rows: ["x"] }, {}, {} as never)).toThrow(
      "isrf study main has no option rows",
    );
  });
});

it("every option of a reproduction is read by it or told to a step", () => {
  const { shape } = (reproduceCommand as Command).options;
  const names = Object.keys(shape).filter((name) => !OWN.includes(name));
  expect(names.filter((name) => !STEPS.some((step) => isTold(step, name)))).toEqual([]);
});
