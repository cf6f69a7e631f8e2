import { expect, it } from "vitest";
import { historyIn } from "./history.ts";

it("is read out of an address, each id once", () => {
  expect(historyIn("?history=B001,B002,B001&x=1")).toEqual(["B001", "B002"]);
  expect(historyIn("?history=")).toEqual([]);
  expect(historyIn("")).toEqual([]);
});
