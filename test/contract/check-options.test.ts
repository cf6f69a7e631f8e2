import { expect, test } from "vitest";
import { refusedIn } from "../../scripts/check-options.ts";

test.each([
  "call({ ...(x === undefined ? {} : { x }) });",
  "call({ ...(x && { x }) });",
  "Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))",
])("refuses %s", (line) => {
  expect(refusedIn("a.ts", `\n${line}\n`)).toEqual([expect.stringMatching(/^a\.ts:2: .*; pass the value as it is$/)]);
});

test("lets values pass that are named", () => {
  expect(refusedIn("a.ts", "call({ x, y: y?.z });\nObject.fromEntries(names.filter((x) => x !== undefined));")).toEqual(
    [],
  );
});
