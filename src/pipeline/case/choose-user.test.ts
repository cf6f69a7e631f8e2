import { expect, it } from "vitest";
import { UsageError } from "../../base/errors.ts";
import type { OpenRun } from "../../runs/run.ts";
import { mostTelling, requireNextItems } from "./choose-user.ts";

const runOf = (...test: number[]) =>
  ({ directory: "run", dataset: { directory: "shop" }, split: { test: Int32Array.from(test) } }) as unknown as OpenRun;

it("refuses a run on data whose test items are in no user's history, and says which data it takes", () => {
  requireNextItems(runOf(-1, 4));
  expect(() => requireNextItems(runOf(-1, -1))).toThrow(UsageError);
  expect(() => requireNextItems(runOf(-1, -1))).toThrow(
    "the test items of shop are questions of their own, in no user's history. Name a run on data that hold out each",
  );
});

it("chooses by what the rule says: the other run places last, then the first run best, then the first user", () => {
  const ranks = (...of: number[]) => new Map(of.map((rank, user) => [user, rank]));
  const nowhere = Number.POSITIVE_INFINITY;
  // User 1 gains more places, user 0 stands last in the other run's lists.
  expect(mostTelling([0, 1], ranks(10, 1), ranks(20, 19))).toBe(0);
  expect(mostTelling([0, 1, 2], ranks(5, 2, 2), ranks(nowhere, nowhere, nowhere))).toBe(1);
  expect(mostTelling([0, 1], ranks(3, 1), ranks(nowhere, 20))).toBe(0);
  expect(mostTelling([0, 1, 2], ranks(3, 1, 1), undefined)).toBe(1);
  expect(mostTelling([], ranks(), undefined)).toBeUndefined();
});
