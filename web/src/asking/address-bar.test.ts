import { describe, expect, it } from "vitest";
import { namedIn, withQuery } from "./address-bar.ts";
import { itemPage, userPage } from "./addresses.ts";

const ODD = ["50% off", "a%2Fb", "a/b", "100%", "%25", "x?y=#z", "☕ & more", "a+b", "%E0%A4%A"];

describe("the address of a page", () => {
  it("names the id that it was made of, whatever signs that has", () => {
    expect(ODD.map((id) => namedIn(new URL(userPage(id), "http://shop").pathname))).toEqual(ODD);
  });

  it("keeps the id when its query is changed", () => {
    for (const id of ODD) {
      const { pathname } = new URL(itemPage(id), "http://shop");
      const changed = new URL(withQuery(pathname, [["minus", id]]), "http://shop");
      expect(namedIn(changed.pathname)).toBe(id);
      expect(changed.searchParams.getAll("minus")).toEqual([id]);
      expect(withQuery(changed.pathname, [])).toBe(pathname);
    }
  });

  it("names what was typed where a sign stands for nothing", () => {
    expect(namedIn("/users/50%")).toBe("50%");
    expect(namedIn("/users/50%%20off")).toBe("50%%20off");
  });
});
