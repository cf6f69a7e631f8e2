import { describe, expect, it } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import { storedEvaluation } from "./stored-evaluation.ts";

const task = (value: number, asked: object) => ({
  ...asked,
  systems: [{ name: "isrf", metrics: { "HR@10": { value, low: 0, high: 1 } } }],
});
const record = {
  system: "isrf",
  split: "valid",
  users: { evaluated: 200, total: 5000 },
  tasks: [
    task(0.4, { task: "sequential" }),
    task(0.1, { task: "sequential", among: "cold items" }),
    task(0.6, { task: "direct", candidates: "uniform" }),
  ],
};
const stored = async (value: object) =>
  storedEvaluation(await directoryWith({ "evaluation.json": JSON.stringify(value) }), "served");

describe("a stored evaluation", () => {
  it("keeps answers among cold items apart from those out of the whole catalogue", async () => {
    const { metrics, evaluation } = (await stored(record))!;
    expect(Object.entries(metrics).map(([question, own]) => [question, own["HR@10"]!.value])).toEqual([
      ["sequential", 0.4],
      ["sequential, cold items", 0.1],
      ["direct, uniform candidates", 0.6],
    ]);
    expect(evaluation.map(({ questions }) => questions)).toEqual(Object.keys(metrics));
  });

  it("is none of another model than the served one, where it says which it measured", async () => {
    expect(await stored({ ...record, modelVersion: "served" })).toBeDefined();
    expect(await stored({ ...record, modelVersion: "earlier" })).toBeUndefined();
  });

  it("says whose held-out items it is of", async () => {
    expect((await stored(record))!.measuredOn).toEqual({ split: "valid", users: { evaluated: 200, total: 5000 } });
  });
});
