// metrics.jsonl as the figures of a report.
import type { MetricsLine } from "../../training/metrics-log.ts";
import type { CurveFigure } from "../report/index.ts";

/** Training losses by step; validation losses and rankings by epoch, with the kept epoch marked. */
export function trainingCurves(lines: readonly MetricsLine[], bestEpoch: number): CurveFigure[] {
  const marker = { x: bestEpoch, label: "kept" };
  const training = lines.filter(({ kind }) => kind === "train");
  const validation = lines.filter(({ kind }) => kind === "validation");
  const byEpoch = (pattern: RegExp) => seriesOf(validation, pattern, ({ epoch }) => epoch + 1);
  return [
    {
      title: "Warm start of individual interests",
      xLabel: "epoch",
      yLabel: "ranking loss",
      series: startOf(lines, "warm start", "ranking loss"),
    },
    {
      title: "Head start of item rows",
      xLabel: "epoch",
      yLabel: "next-item loss",
      series: startOf(lines, "head start", "next-item loss"),
    },
    { title: "Training losses", xLabel: "step", yLabel: "loss", series: seriesOf(training, /./, ({ step }) => step) },
    { title: "Validation losses", xLabel: "epoch", yLabel: "loss", series: byEpoch(/loss$/), marker },
    { title: "Validation rankings", xLabel: "epoch", yLabel: "HR@10", series: byEpoch(/HR@10$/), marker },
  ];
}

function seriesOf(
  lines: readonly MetricsLine[],
  pattern: RegExp,
  x: (line: MetricsLine) => number,
): CurveFigure["series"] {
  const names = [...new Set(lines.flatMap(({ figures }) => Object.keys(figures)))].filter((name) => pattern.test(name));
  return names.map((name) => ({
    name,
    points: lines.flatMap((line) => (line.figures[name] === undefined ? [] : [{ x: x(line), y: line.figures[name] }])),
  }));
}

/** Its one line holds a figure for each epoch. */
function startOf(
  lines: readonly MetricsLine[],
  start: "warm start" | "head start",
  name: string,
): CurveFigure["series"] {
  const losses = lines.filter(({ kind }) => kind === start).flatMap(({ figures }) => Object.values(figures));
  return [{ name, points: losses.map((y, i) => ({ x: i + 1, y })) }];
}
