// A training step in the form of ISRF's authors against PyTorch in float64 (peers/authors_step.py).
import { beforeAll, describe, expect, it } from "vitest";
import type { AskedTask } from "../../src/recommenders/generative/options/options.ts";
import { authorsStep, type StepResult } from "./authors-step.ts";
import { rootMeanSquare, worstDifference } from "./closeness.ts";
import { Fixture } from "./fixture.ts";

const fixture = await Fixture.open("authors-step.safetensors");
const [LEARNING_RATE, BETA1] = [1e-2, 0.9];
/** Float32 through four layers of T5 and four of the graphs, against float64. */
const TOLERANCE = 5e-5;

describe.each(["sequential", "direct", "explanation"] satisfies AskedTask[])(
  "a step of the %s task as the authors train it",
  (task) => {
    let step: StepResult;
    beforeAll(async () => {
      step = await authorsStep(fixture, task);
    });

    it("has the same losses", () => {
      expect(step.generation).toBeCloseTo(fixture.floats(`${task}/generation`)[0]!, 5);
      expect(step.alignment).toBeCloseTo(fixture.floats(`${task}/alignment`)[0]!, 5);
    });

    it("reaches the same parts and no others: backbone, prompt vectors, words, E_u, adapter, H^(0)", () => {
      const prefix = `${task}/gradient/`;
      const expected = fixture.names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
      expect(step.moved.map(({ name }) => name).sort()).toEqual(expected.sort());
      expect(expected.some((name) => name.startsWith("adapter."))).toBe(task !== "sequential");
      expect(expected).toContain("group.users");
    });

    it("has the same gradient of every part", () => {
      for (const { name, front } of step.moved) {
        const expected = fixture.floats(`${task}/gradient/${name}`);
        // After one step from nothing the first moment is (1 - beta1) g.
        const found = front.m.subarray(0, expected.length).map((m) => m / (1 - BETA1));
        expect(rootMeanSquare(expected), name).toBeGreaterThan(1e-7);
        expect(worstDifference(found, expected), name).toBeLessThan(TOLERANCE);
        expect(Math.max(...front.m.subarray(expected.length), 0), name).toBe(0);
      }
    });

    it("makes the same AdamW update", () => {
      for (const { name, front } of step.moved) {
        const [gradient, after] = ["gradient", "after"].map((what) => fixture.floats(`${task}/${what}/${name}`));
        const least = 1e-3 * rootMeanSquare(gradient!);
        after!.forEach((expected, i) => {
          const difference = Math.abs(front.value[i]! - expected);
          // A first step is as long whatever the gradient's size: one that rounds to nothing goes either way.
          const isClear = Math.abs(gradient![i]!) > least;
          expect(difference, `${name} ${i}`).toBeLessThan(
            isClear ? 2e-6 + 1e-6 * Math.abs(expected) : 2.1 * LEARNING_RATE,
          );
        });
      }
    });
  },
);
