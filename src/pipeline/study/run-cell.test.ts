import { describe, expect, it } from "vitest";
import { InputError, OperationError } from "../../base/errors.ts";
import { DeviceError } from "../../engine/index.ts";
import { failureOf } from "./run-cell.ts";

describe("a training that fails", () => {
  it("is a result of its own when it failed by itself", () => {
    const diverged = new OperationError("the loss is NaN");
    expect(failureOf(diverged)).toBe(diverged);
  });

  it.each([
    ["a device that is not there", new DeviceError("cuda", new Error("no driver"))],
    ["data that is not there", new InputError({ where: "shop", found: "nothing", expected: "a dataset" })],
  ])("ends the study for %s, which every other training would meet too", (_, error) => {
    expect(() => failureOf(error)).toThrow(error.message);
  });
});
