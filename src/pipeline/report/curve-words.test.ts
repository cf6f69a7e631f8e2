import { expect, test } from "vitest";
import { curveWords } from "./curve-words.ts";

const points = (...values: readonly number[]) => values.map((y, at) => ({ x: at + 1, y }));

test("says of each curve where it begins and ends, its extremes, and what is marked", () => {
  const words = curveWords({
    title: "Validation loss",
    xLabel: "epoch",
    yLabel: "loss",
    series: [
      { name: "both tasks", points: points(4.9, 2.123456, 2.5) },
      { name: "direct", points: points(3) },
      { name: "alignment", points: [] },
    ],
    marker: { x: 2, label: "kept" },
  });
  expect(words).toBe(
    "Validation loss, loss by epoch. both tasks from 4.9 at 1 to 2.5 at 3, lowest 2.123 at 2, highest 4.9 at 1. " +
      "direct 3 at 1. alignment has no points. kept at epoch 2.",
  );
});
