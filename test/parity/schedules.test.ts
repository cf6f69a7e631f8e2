// Learning-rate schedules against torch.optim.lr_scheduler and transformers (peers/schedules.py).
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { rateFactor, type Schedule } from "../../src/training/schedule.ts";
import { fixturePath } from "./fixture.ts";

interface Case {
  readonly schedule: Schedule;
  readonly warmup: number;
  readonly total: number;
  readonly torch: readonly number[];
  readonly transformers: readonly number[];
}

const cases = JSON.parse(await readFile(fixturePath("schedules.json"), "utf8")) as Case[];

/** Both sides compute in 64 bits; PyTorch multiplies its factors up from step to step. */
const DIGITS = 10;

describe.each(cases)("$schedule with $warmup steps of warm-up", ({ schedule, warmup, total, torch, transformers }) => {
  const ours = (step: number): number => rateFactor(step, schedule, warmup, total);

  it("equals PyTorch's linear warm-up followed by its constant rate or its cosine down to a tenth", () => {
    torch.forEach((expected, step) => {
      expect(ours(step)).toBeCloseTo(expected, DIGITS);
    });
  });

  it("is transformers' schedule otherwise: its warm-up begins at 0, one step later, and its cosine ends at 0", () => {
    transformers.forEach((theirs, step) => {
      if (step <= warmup && step > 0) expect(ours(step - 1)).toBeCloseTo(theirs, DIGITS);
      if (step < warmup) return;
      expect(ours(step)).toBeCloseTo(schedule === "constant" ? theirs : 0.1 + 0.9 * theirs, DIGITS);
    });
  });
});
