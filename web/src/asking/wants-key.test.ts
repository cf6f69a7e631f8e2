import { expect, it } from "vitest";
import { wantsKey } from "./wants-key.ts";

it("asks for a key where there was none or a lesser one, and never because of a name that the server has not", () => {
  expect(wantsKey(401, "")).toBe(true);
  expect(wantsKey(401, "unknown")).toBe(true);
  expect(wantsKey(403, "of role read")).toBe(true);
  expect(wantsKey(403, "")).toBe(false);
  expect(wantsKey(500, "key")).toBe(false);
});
