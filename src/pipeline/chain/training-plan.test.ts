import { describe, expect, it } from "vitest";
import { resolveOptions } from "../../recommenders/options/index.ts";
import { trainable } from "../../recommenders/registry.ts";
import { planTraining } from "./training-plan.ts";

const MOVIELENS_100K = { users: 943, items: 1552, interactions: 99_600 };
const BEAUTY = { users: 22_363, items: 12_101, interactions: 198_502 };
const MOVIELENS_25M = { users: 162_541, items: 32_720, interactions: 25_000_000 };

/** Steps of training in all. */
function stepsOf(users: number, { preset, overrides }: NonNullable<ReturnType<typeof planTraining>>): number {
  const { batch } = resolveOptions(trainable("isrf").options, preset) as { batch: number };
  return overrides.epochs! * 2 * Math.ceil((overrides.visitsPerEpoch! * users) / batch);
}

describe("the plan of a training", () => {
  it("trains a few hundred users as the demo does, and caps what many ratings do not need", () => {
    const plan = planTraining(MOVIELENS_100K, 10)!;
    expect(plan).toMatchObject({ preset: "tiny", evaluatedUsers: undefined, isLimited: false });
    expect(plan.overrides).toMatchObject({ epochs: 8, visitsPerEpoch: 4, warmStartSteps: 600, sequenceMinutes: 2.2 });
    expect(planTraining({ users: 30, items: 60, interactions: 300 }, 10)!.overrides).not.toHaveProperty(
      "warmStartSteps",
    );
  });

  it("visits few users the more often, so that an epoch has steps to learn from", () => {
    const sizes = { users: 40, items: 36, interactions: 400 };
    expect(planTraining(sizes, 10)!.overrides).toMatchObject({ epochs: 8, visitsPerEpoch: 40 });
    expect(planTraining(sizes, 1)!.overrides.epochs).toBe(3);
  });

  it("takes the larger preset where its epochs fit the minutes", () => {
    expect(planTraining(BEAUTY, 10)).toMatchObject({ preset: "tiny", isLimited: true });
    const long = planTraining(BEAUTY, 90)!;
    expect(long).toMatchObject({ preset: "mini" });
    expect(long.overrides.epochs).toBe(6);
  });

  it("makes epochs of some of the users where all of them take too long", () => {
    const plan = planTraining(MOVIELENS_25M, 10)!;
    expect(plan.overrides.visitsPerEpoch).toBeLessThan(1);
    expect(stepsOf(MOVIELENS_25M.users, plan) * 0.04).toBeLessThan(5 * 60);
    expect(plan.overrides.warmStartSteps).toBeLessThan(60);
    expect(plan.evaluatedUsers).toBeLessThan(10_000);
  });

  it("plans the preset that was asked for, and none that it knows no costs of", () => {
    expect(planTraining(MOVIELENS_100K, 10, "mini")).toMatchObject({ preset: "mini", why: "preset mini, as asked" });
    expect(planTraining(MOVIELENS_100K, 10, "small")).toBeUndefined();
  });

  it.each([MOVIELENS_100K, BEAUTY, MOVIELENS_25M])(
    "is one that the model takes, however few the minutes: %o",
    (sizes) => {
      for (const minutes of [0.05, 1, 1000]) {
        const { preset, overrides } = planTraining(sizes, minutes)!;
        expect(() => resolveOptions(trainable("isrf").options, preset, { given: overrides })).not.toThrow();
      }
    },
  );
});
