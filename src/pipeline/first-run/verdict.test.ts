import { expect, test } from "vitest";
import type { TaskEvaluation } from "../evaluate/index.ts";
import { verdictsOf } from "./verdict.ts";

/** A task in which model and yardsticks have these values of HR, each within ten points. */
function task(values: Readonly<Record<string, number>>, answers = 100): TaskEvaluation {
  const systems = Object.entries(values).map(([name, value]) => {
    const interval = { value, low: value - 0.1, high: value + 0.1 };
    const metrics = { "HR@1": interval, "HR@5": interval, "HR@10": interval };
    return { name, kind: name === "isrf" ? "model" : name === "id-rule" ? "canary" : "yardstick", metrics, seconds: 1 };
  });
  const random = { "HR@1": 0.01, "HR@5": 0.05, "HR@10": 0.1 };
  return { task: "sequential", users: 50, answers, coldTargets: 0, random, systems } as unknown as TaskEvaluation;
}

test.each([
  [{ isrf: 0.5, popularity: 0.2 }, "ahead"],
  [{ isrf: 0.5, popularity: 0.45 }, "level"],
  [{ isrf: 0.2, popularity: 0.1, "item-knn": 0.5 }, "behind"],
])("%o: %s", (values, outcome) => {
  expect(verdictsOf({ tasks: [task(values)] })[0]!.outcome).toBe(outcome);
});

test("names the best that needs no training beside popularity, and no canary", () => {
  const [verdict] = verdictsOf({ tasks: [task({ isrf: 0.2, popularity: 0.1, "item-knn": 0.3, "id-rule": 0.9 })] });
  expect(verdict).toEqual({
    task: "sequential",
    cut: 10,
    users: 50,
    answers: 100,
    random: 0.1,
    model: { name: "isrf", value: 0.2 },
    popularity: { name: "popularity", value: 0.1 },
    best: { name: "item-knn", value: 0.3 },
    outcome: "level",
  });
});

test("shorter lists judge where few items can be the answer, and popular negatives do not judge", () => {
  const values = { isrf: 0.5, popularity: 0.2 };
  const cuts = verdictsOf({
    tasks: [task(values, 19), task(values, 3), { ...task(values), candidates: "popularity" }],
  });
  expect(cuts.map(({ cut }) => cut)).toEqual([5, 1]);
});
