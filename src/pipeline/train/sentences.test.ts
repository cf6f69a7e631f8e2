import { describe, expect, it } from "vitest";
import type { SentenceSource } from "../../data/index.ts";
import type { RunConfig } from "../../runs/run.ts";
import { withTexts } from "./sentences.ts";

const settings = { model: "pod", seed: 1 } as RunConfig;
const texts = (hash: string): SentenceSource => ({ kind: "texts", hash, of: () => undefined });

describe("the reasoned texts that a run learns", () => {
  it("are told by their hash when it begins; reviews, and runs that learn none, have their own record", () => {
    expect(withTexts(settings, texts("a"), { out: "run" })).toEqual({ ...settings, learntTexts: "a" });
    expect(withTexts(settings, { ...texts("a"), kind: "reviews" }, { out: "run" })).toBe(settings);
    expect(withTexts(settings, undefined, { out: "run" })).toBe(settings);
  });

  it("may not change until it ends", () => {
    const begun = { ...settings, learntTexts: "a" };
    const goesOn = { out: "run", resume: true };
    expect(withTexts(begun, texts("a"), goesOn)).toBe(begun);
    expect(() => withTexts(begun, texts("b"), goesOn)).toThrow(/reasoned texts that run learns have changed/);
    // An earlier version did not say which they were.
    expect(withTexts(settings, texts("b"), goesOn)).toBe(settings);
  });
});
