import { describe, expect, it } from "vitest";
import { constant, Parameters } from "../engine/index.ts";
import { carryOver, countKnown, knownRows } from "./warm-from.ts";

/** Three items and a padding row, of width 2. */
const items = { shape: [4, 2], data: Float32Array.of(1, 1, 2, 2, 3, 3, 9, 9) };

function fresh(shape: readonly number[], rows?: string): Parameters {
  const spec = { name: "table", shape, rows, init: constant(0) };
  return Parameters.of([spec], () => new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(-1));
}

describe("rows of a run on a later version of its data", () => {
  const known = knownRows(["a", "b", "c"], ["c", "x", "a", "y", "b"]);

  it("are found by their ids", () => {
    expect([...known.from]).toEqual([2, -1, 0, -1, 1]);
    expect(known.before).toBe(3);
    expect(countKnown(known)).toBe(3);
  });

  it("are carried with the rows behind them; new ones stay fresh", () => {
    const parameters = fresh([6, 2], "items");
    carryOver(parameters.all, () => items, { items: known }, "run");
    expect([...parameters.get("table").front.value]).toEqual([3, 3, -1, -1, 1, 1, -1, -1, 2, 2, 9, 9]);
  });

  it("of what has the same rows whatever the data are taken as they are", () => {
    const parameters = fresh([4, 2]);
    carryOver(parameters.all, () => items, {}, "run");
    expect(parameters.get("table").front.value).toEqual(items.data);
  });

  it.each([
    ["another width", fresh([6, 3], "items"), "table of shape [4, 2], expected shape [4, 3]"],
    ["other rows behind the items", fresh([5, 2], "items"), "table of shape [4, 2], expected shape [3, 2]"],
    ["no rows that are counted", fresh([5, 2]), "table of shape [4, 2], expected shape [5, 2]"],
  ])("are refused for %s", (_, parameters, words) => {
    expect(() => carryOver(parameters.all, () => items, { items: known }, "run")).toThrow(words);
  });

  it("are refused where the run has no such tensor", () => {
    expect(() => carryOver(fresh([4, 2]).all, () => undefined, {}, "run")).toThrow("run: found no values of table");
  });
});
