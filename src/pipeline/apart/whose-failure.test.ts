import { describe, expect, it } from "vitest";
import { CancelledError, InputError, OperationError, ProcessNotStartedError } from "../../base/errors.ts";
import { namingPlace } from "../../base/system-errors.ts";
import { DeviceError } from "../../engine/index.ts";
import { failureOf, RefusedElsewhereError, scopeOf, wordsOf } from "./whose-failure.ts";

const refusal = (code: string) => Object.assign(new Error(`${code}: refused, write`), { code, syscall: "write" });
const named = async (code: string) => namingPlace("run", () => Promise.reject(refusal(code))).catch((e: unknown) => e);

describe("a training that fails", () => {
  it("is a result of its own when it failed by itself", () => {
    const diverged = new OperationError("the loss is NaN");
    expect(failureOf(diverged)).toBe(diverged);
  });

  it.each([
    ["a device that is not there", "device", new DeviceError("cuda", new Error("no driver"))],
    ["data that is not there", "all", new InputError({ where: "shop", found: "nothing", expected: "a dataset" })],
    ["a request to stop", "stopped", new CancelledError("stopped")],
    ["what the system refused in another process", "machine", new RefusedElsewhereError("the disk is full")],
    ["a process that the system would not start", "machine", new ProcessNotStartedError("ENOENT", "not started")],
  ] as const)("ends the study for %s, which every other training would meet too", (_, scope, error) => {
    expect(() => failureOf(error)).toThrow(error.message);
    expect(scopeOf(error)).toBe(scope);
  });

  it.each(["ENOSPC", "EDQUOT", "EROFS", "EIO", "EMFILE"])("is no result where the system refuses: %s", async (code) => {
    const inside = new OperationError("the checkpoint was not kept", { cause: await named(code) });
    for (const error of [refusal(code), await named(code), inside]) expect(scopeOf(error)).toBe("machine");
  });

  it("is no result where a library tells in its own error what the system refused", () => {
    expect(scopeOf(new Error("IO Error: Could not write file: No space left on device"))).toBe("machine");
  });

  it("says what the system refused in words", () => {
    expect(wordsOf(refusal("ENOSPC"))).toContain("the disk is full");
    expect(wordsOf(new OperationError("the loss is NaN"))).toBe("the loss is NaN");
  });
});
