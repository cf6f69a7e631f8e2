import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { licencesPage } from "../../scripts/licences.ts";

it("docs/licences.md is what `npm run licences` writes, and no licence asks for more than a notice", () => {
  expect(readFileSync("docs/licences.md", "utf8")).toBe(licencesPage());
});
