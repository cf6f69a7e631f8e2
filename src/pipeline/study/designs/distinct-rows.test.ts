import { describe, expect, it } from "vitest";
import { ablationDesign } from "./ablation.ts";
import type { StudyDesign } from "./design.ts";
import { withoutRepeats } from "./distinct-rows.ts";

describe("rows that are one training", () => {
  const drawn = (preset: string) => {
    const study = { preset, protocol: "strict" } as const;
    return withoutRepeats(ablationDesign({ form: "paper", ...study, set: {} }), study);
  };

  it.each(["paper", "authors"])(
    "stand once in an ablation by preset %s, whose prompts have no word of a group",
    (preset) => {
      const { systems, figure, notes } = drawn(preset);
      const labels = systems.map(({ label }) => label);
      expect(labels).toContain("without-group");
      expect(labels).not.toContain("without-iteration");
      expect(figure.places.map(({ label }) => label)).toEqual(labels);
      expect(notes).toEqual([
        "without-iteration is left out: with these settings it is the same training as without-group",
      ]);
    },
  );

  it("are no rows on other vectors", () => {
    const systems = ["a", "b"].map((embeddings) => ({ model: "isrf", label: embeddings, embeddings, set: {} }));
    const kept = withoutRepeats<StudyDesign>({ systems }, { preset: "tiny", protocol: "strict" });
    expect(kept.systems).toHaveLength(2);
    expect(kept.notes).toBeUndefined();
  });
});
