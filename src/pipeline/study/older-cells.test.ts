import { describe, expect, it } from "vitest";
import type { RunConfig } from "../../runs/run.ts";
import { isSameTraining } from "./older-cells.ts";
import type { CellRecord } from "./run-cell.ts";
import { DEFAULT_STUDY } from "./study-config.ts";
import { cellOf, planSystems } from "./study-plan.ts";

const [planned] = planSystems({ ...DEFAULT_STUDY, systems: [{ model: "sasrec", set: { width: 8 } }], trials: 1 });
const cell = cellOf("shop", planned!, 0, 1);
const options = planned!.resolved[0]!;

const isSame = (changed: Partial<RunConfig>, settings: Record<string, unknown> = { width: 8 }): boolean => {
  const config = { model: "sasrec", preset: "tiny", protocol: "strict", seed: 1, options, ...changed } as RunConfig;
  return isSameTraining(cell, config, { settings } as CellRecord);
};

describe("a training of an older version is the same", () => {
  it("when it had options more, which nobody set, or lacked some", () => {
    expect(isSame({ options: { ...options, gone: true } })).toBe(true);
    const { layers: _later, ...fewer } = options;
    expect(isSame({ options: fewer })).toBe(true);
  });

  it("but not with another value, seed or protocol, nor when it was told what is gone", () => {
    expect(isSame({ options: { ...options, width: 16 } })).toBe(false);
    expect(isSame({ seed: 2 })).toBe(false);
    expect(isSame({ protocol: "paper" })).toBe(false);
    expect(isSame({ options: { ...options, gone: true } }, { gone: true })).toBe(false);
  });
});
