import { describe, expect, it } from "vitest";
import { nearIds } from "./near-ids.ts";

describe("ids that may have been meant", () => {
  it.each([
    ["another case", "U17", "u17"],
    ["blanks around and within", " u 17 ", "u17"],
    ["quotes", '"u17"', "u17"],
    ["zeros that a spreadsheet took", "42", "0042"],
    ["a number made from a number", "101.0", "101"],
    ["letters of full width", "ｕ１７", "u17"],
    ["a letter more", "u177", "u17"],
    ["a letter less", "customr-9", "customer-9"],
    ["another letter", "customer-9", "custamer-9"],
    ["two letters swapped", "cutsomer-9", "customer-9"],
  ])("are found through %s", (_, typed, id) => {
    expect(nearIds(typed, ["zz-1", id, "qq-2"])).toEqual([id]);
  });

  it.each([
    ["u17", "v18"],
    ["nobody", "u1"],
    ["anna", "annabel"],
    ["12", "345"],
  ])("are not invented: %s is not %s", (typed, id) => {
    expect(nearIds(typed, [id])).toEqual([]);
  });

  it("are first those that differ in nothing that one sees", () => {
    expect(nearIds("U1", ["u2", "u1", "u11"])).toEqual(["u1"]);
    expect(nearIds("U1", ["u2", "u3", "u4", "u5"])).toEqual(["u2", "u3", "u4"]);
  });
});
