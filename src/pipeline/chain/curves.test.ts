import { expect, test } from "vitest";
import type { MetricsLine } from "../../training/metrics-log.ts";
import { trainingCurves } from "./curves.ts";

const lines: MetricsLine[] = [
  { kind: "warm start", step: 0, epoch: 0, figures: { "epoch 1": 0.7, "epoch 2": 0.5 } },
  { kind: "head start", step: 0, epoch: 0, figures: { "epoch 1": 7 } },
  { kind: "train", step: 20, epoch: 0, figures: { "sequential generation": 4, "direct generation": 3 } },
  { kind: "validation", step: 20, epoch: 0, figures: { "sequential loss": 3.5, "sequential HR@10": 0.1 } },
  { kind: "train", step: 40, epoch: 1, figures: { "sequential generation": 2 } },
  { kind: "validation", step: 40, epoch: 1, figures: { "sequential loss": 3, "sequential HR@10": 0.2 } },
];

test("each kind of line becomes its own figure, by step in training and by epoch, from 1, in validation", () => {
  const [warm, head, training, losses, rankings] = trainingCurves(lines, 2);
  expect(warm!.series[0]!.points).toEqual([
    { x: 1, y: 0.7 },
    { x: 2, y: 0.5 },
  ]);
  expect(head!.series).toEqual([{ name: "next-item loss", points: [{ x: 1, y: 7 }] }]);
  expect(training!.series).toEqual([
    {
      name: "sequential generation",
      points: [
        { x: 20, y: 4 },
        { x: 40, y: 2 },
      ],
    },
    { name: "direct generation", points: [{ x: 20, y: 3 }] },
  ]);
  expect(losses!.series.map(({ name }) => name)).toEqual(["sequential loss"]);
  expect(rankings!.series[0]!.points).toEqual([
    { x: 1, y: 0.1 },
    { x: 2, y: 0.2 },
  ]);
  expect(rankings!.marker).toEqual({ x: 2, label: "kept" });
});
