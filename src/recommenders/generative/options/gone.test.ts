import { expect, it } from "vitest";
import { trainableOptions, whyGone, withoutGone } from "./gone.ts";

const USUAL = { relation: "row", hideTarget: false, batch: 8 };

it("leaves out options that are gone, at whatever value a trained model had", () => {
  expect(withoutGone({ relation: "union", hideTarget: true, batch: 8 })).toEqual({ batch: 8 });
});

it("goes on with a training that had them at the value of every run, and with no other", () => {
  expect(trainableOptions(USUAL)).toEqual({ batch: 8 });
  expect(() => trainableOptions({ ...USUAL, relation: "union" })).toThrow("relation union: no longer exists");
});

it("says so when somebody sets one", () => {
  expect(whyGone("relation")).toBe(
    "option relation: no longer exists; every run is as with relation=row. Leave it out.",
  );
  expect(whyGone("batch")).toBeUndefined();
});
