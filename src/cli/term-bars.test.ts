import { expect, test } from "vitest";
import { bar } from "./term-bars.ts";

test("the largest amount fills a bar, and others are in proportion to the eighth of a cell", () => {
  expect(bar(4, 4, false)).toBe("█".repeat(14));
  expect(bar(1, 4, false)).toBe("███▌          ");
  expect(bar(0, 4, false)).toBe(" ".repeat(14));
  expect(bar(0, 0, false)).toBe(" ".repeat(14));
});

test("what speaks against something looks otherwise", () => {
  expect(bar(-2, 4, false)).toBe("░░░░░░░       ");
  expect(bar(-2, 4, true)).toBe("-------       ");
  expect(bar(2, 4, true)).toBe("#######       ");
});
