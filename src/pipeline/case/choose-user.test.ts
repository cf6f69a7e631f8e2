import { expect, it } from "vitest";
import { UsageError } from "../../base/errors.ts";
import type { OpenRun } from "../../runs/run.ts";
import { requireNextItems } from "./choose-user.ts";

const runOf = (...test: number[]) =>
  ({ directory: "run", dataset: { directory: "shop" }, split: { test: Int32Array.from(test) } }) as unknown as OpenRun;

it("refuses a run on data whose test items are in no user's history, and says which data it takes", () => {
  requireNextItems(runOf(-1, 4));
  expect(() => requireNextItems(runOf(-1, -1))).toThrow(UsageError);
  expect(() => requireNextItems(runOf(-1, -1))).toThrow(
    "the test items of shop are questions of their own, in no user's history. Name a run on data that hold out each",
  );
});
