import { expect, it } from "vitest";
import { writtenWords } from "./written-words.ts";

it("says that steps read each other only where they did", () => {
  expect(writtenWords({ by: "a model", written: "steps" })).toBe(
    "Written by a model, each step told the answers before it.",
  );
  expect(writtenWords({ by: "a model", written: "one call" })).toBe("Written by a model, all in one call.");
  expect(writtenWords({ by: "rules", written: "rules" })).toContain("no step reads another's");
  expect(writtenWords({ by: "rules, changed by Ada" })).toBe("Written by rules, changed by Ada.");
});
