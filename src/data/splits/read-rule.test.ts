import { describe, expect, it } from "vitest";
import { timeWords } from "./dataset-split.ts";
import { readRule } from "./read-rule.ts";

const shop = { timestamps: [Float64Array.of(10, 20, 30), Float64Array.of(40, 50)] };
const rule = (asked: object, of: Parameters<typeof readRule>[1] = shop) => readRule({ seed: 7, ...asked }, of, "shop");

describe("what is split off", () => {
  it("is told by one option", () => {
    expect(rule({ coldItems: 0.1 })).toEqual({ kind: "cold-items", share: 0.1, seed: 7 });
    expect(rule({ coldUsers: 0.2 })).toEqual({ kind: "cold-users", share: 0.2, seed: 7 });
    expect(() => rule({})).toThrow("found none of --cold-items, --cold-users and --time");
    expect(() => rule({ coldItems: 0.1, time: ".5" })).toThrow("found 2 of");
  });

  // Three of five times are below the fourth of them.
  it("is a quantile of all times, or a date", () => {
    expect(rule({ time: ".6" })).toEqual({ kind: "time", from: 40, quantile: 0.6 });
    expect(rule({ time: "0.2" })).toMatchObject({ from: 20 });
    expect(rule({ time: "1970-01-02" })).toEqual({ kind: "time", from: 86_400 });
    expect(rule({ time: "1970-01-02T01:00" })).toMatchObject({ from: 90_000 });
    expect(rule({ time: "1970-01-02T01:00:00+01:00" })).toMatchObject({ from: 86_400 });
  });

  it.each(["1", "0.0", "yesterday", "1970-13-40", ".x"])("is not %s", (time) => {
    expect(() => rule({ time })).toThrow("expected an ISO date (2024-05-01, 2024-05-01T12:00:00Z) or a quantile");
  });

  it("needs times where it is one", () => {
    expect(() => rule({ time: ".5" }, {})).toThrow("found no times, expected a time for every interaction");
    const partly = { timestamps: [Float64Array.of(1, Number.NaN)] };
    expect(() => rule({ time: ".5" }, partly)).toThrow("found interactions without a time");
  });

  it("is written as a date", () => {
    expect(timeWords(86_400)).toBe("1970-01-02");
    expect(timeWords(90_000)).toBe("1970-01-02T01:00:00Z");
  });
});
