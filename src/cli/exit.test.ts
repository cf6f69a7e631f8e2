import { expect, test } from "vitest";
import { CancelledError, InputError } from "../base/errors.ts";
import { errorText, exitCode } from "./exit.ts";

/** What `using` throws when giving back fails after the work did. */
function suppressed(first: Error): Error {
  const error = new Error("An error was suppressed during disposal.");
  return Object.assign(error, { name: "SuppressedError", error: new Error("disk I/O error"), suppressed: first });
}

test("what went wrong first is told, not that giving back failed too", () => {
  const first = new InputError({ where: "a.csv", found: "nothing", expected: "rows" });
  expect(errorText(suppressed(first), { debug: false })).toBe("a.csv: found nothing, expected rows.");
  expect(exitCode(suppressed(first))).toBe(2);
  expect(exitCode(suppressed(new CancelledError("stopped")))).toBe(130);
});

test("system errors are sentences, as causes too", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });
  expect(errorText(full, { debug: false })).toBe("the disk is full. Free some space, then run the same command again.");
  expect(errorText(new Error("shop: no luck", { cause: full }), { debug: false })).toBe(
    "shop: no luck\n  because: the disk is full",
  );
});
