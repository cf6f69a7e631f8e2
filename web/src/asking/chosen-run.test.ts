import { afterEach, describe, expect, it } from "vitest";
import { chooseRun, ofChosenRun, servedChoice } from "./chosen-run.ts";

afterEach(() => chooseRun(undefined));

describe("the run that pages ask", () => {
  it("goes with every question that can be asked of one, unless that names a run", () => {
    chooseRun("large");
    expect(ofChosenRun("user", { id: "u" })).toEqual({ id: "u", run: "large" });
    expect(ofChosenRun("recommend", { user: "u", run: "small" })).toEqual({ user: "u", run: "small" });
    expect(ofChosenRun("runs", {})).toEqual({});
  });

  it("is the server's own choice again once the chosen one is served no more", () => {
    expect(servedChoice("large", ["small", "large"])).toBe("large");
    expect(servedChoice("large", ["small"])).toBeUndefined();
    expect(servedChoice(undefined, ["small"])).toBeUndefined();
  });
});
