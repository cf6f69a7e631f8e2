// A figure of curves in words, for readers who do not see it.
import type { CurveFigure } from "./report-data.ts";

type Point = CurveFigure["series"][number]["points"][number];

/** Of each series where it begins and ends, and its lowest and highest value. */
export function curveWords({ title, xLabel, yLabel, series, marker }: CurveFigure): string {
  const told = series.map(({ name, points }) => `${name} ${pointsWords(points)}`);
  const marked = marker === undefined ? [] : [`${marker.label} at ${xLabel} ${marker.x}`];
  return `${title}, ${yLabel} by ${xLabel}. ${[...told, ...marked].join(". ")}.`;
}

function pointsWords(points: readonly Point[]): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return "has no points";
  if (points.length === 1) return pointWords(first);
  const byValue = [...points].sort((a, b) => a.y - b.y);
  const ends = `from ${pointWords(first)} to ${pointWords(last)}`;
  return `${ends}, lowest ${pointWords(byValue[0]!)}, highest ${pointWords(byValue.at(-1)!)}`;
}

const pointWords = ({ x, y }: Point): string => `${Number(y.toPrecision(4))} at ${x}`;
