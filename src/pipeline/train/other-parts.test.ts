import { describe, expect, test } from "vitest";
import { resolveOptions, type Values } from "../../recommenders/options/index.ts";
import { trainable } from "../../recommenders/registry.ts";
import type { RunConfig } from "../../runs/run.ts";
import { inheritedOptions } from "./from.ts";
import { otherParts } from "./other-parts.ts";

const definition = trainable("p5");
const usual = definition.options.presets.paper!.accumulate;

/** As a training resolves its options that starts from a run of `before`. */
function resolved(given: Values, before: Values = {}) {
  const options = resolveOptions(definition.options, "paper", { given: before });
  const set = inheritedOptions({ config: { options } as unknown as RunConfig }, definition, given);
  const values = resolveOptions(definition.options, "paper", { given, set });
  return { values, words: otherParts(usual, { ...set, ...given }, values) };
}

describe("a training that starts from a run", () => {
  test("divides a batch that the run's parts do not, and says so", () => {
    const { values, words } = resolved({ batch: 40 });
    expect(values).toMatchObject({ batch: 40, accumulate: 10 });
    expect(words).toBe(
      `A batch of 40 is computed in 10 parts (accumulate), since the preset's ${usual} do not divide it.`,
    );
  });

  test("keeps the run's parts where they divide the batch, and the user's in any case", () => {
    expect(resolved({ batch: 40 }, { accumulate: 8 }).values).toMatchObject({ batch: 40, accumulate: 8 });
    expect(resolved({ batch: 40, accumulate: 5 }).values).toMatchObject({ batch: 40, accumulate: 5 });
  });

  test("says nothing of parts that somebody chose, or that are the preset's", () => {
    expect(resolved({}, { accumulate: 8 }).words).toBeUndefined();
    expect(resolved({ batch: 40 }, { accumulate: 8 }).words).toBeUndefined();
    expect(resolved({ batch: 128 }).words).toBeUndefined();
  });
});
