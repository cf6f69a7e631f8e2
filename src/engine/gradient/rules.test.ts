import { describe, expect, it } from "vitest";
import { worstGradientError } from "../../../test/support/finite-differences.ts";
import { gradientCases } from "../../../test/support/gradient-cases.ts";
import * as ops from "../index.ts";
import { gradientRules } from "./rules.ts";

describe("gradient rules", () => {
  it("has a finite-difference case for every rule", () => {
    expect(Object.keys(gradientCases).sort()).toEqual(Object.keys(gradientRules).sort());
  });

  for (const c of Object.values(gradientCases).flat()) {
    it(`matches central differences: ${c.name}`, async () => {
      // float32 forward values with step 1e-2 leave an error of about 1e-3.
      expect(await worstGradientError(c)).toBeLessThan(4e-3);
    });
  }

  it("stops the gradient entirely behind stopGradient", async () => {
    const program = ops.trace((t) => {
      const x = t.input("x", [2]);
      return { g: ops.gradients(ops.sum(ops.stopGradient(x)), [x])[0]! };
    });
    const executable = await ops.compile(program);
    expect([...(await executable.run({ x: Float32Array.of(1, 2) })).g!]).toEqual([0, 0]);
    await executable.dispose();
  });
});
