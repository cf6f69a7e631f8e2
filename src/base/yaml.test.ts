import { expect, it } from "vitest";
import { parseYaml } from "./yaml.ts";

it("refuses more text than anybody writes", () => {
  expect(() => parseYaml(`a: ${"x".repeat(1 << 20)}`)).toThrow("more than 1 MiB of text");
});
