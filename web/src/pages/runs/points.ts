// Points of a training as they join its curves, whichever way they come first.
import type { ReplyOf } from "../../asking/server.ts";

export type Series = ReplyOf<"curves">["series"];
export type Point = Series[number]["points"][number] & { readonly name: string };

/** Behind the last point of its series; what is known already is not taken twice. */
export function withPoint(series: Series, { name, ...point }: Point): Series {
  if (!series.some((one) => one.name === name)) return [...series, { name, points: [point] }];
  return series.map((one) => {
    if (one.name !== name || lastStep(one) >= point.step) return one;
    return { ...one, points: [...one.points, point] };
  });
}

/** The curves as they were asked for, and behind them the points that have overtaken the reply. */
export function withCurves(series: Series, asked: Series): Series {
  const names = new Set(asked.map(({ name }) => name));
  const whole = asked.map((one) => {
    const known = series.find(({ name }) => name === one.name)?.points ?? [];
    return { ...one, points: [...one.points, ...known.filter(({ step }) => step > lastStep(one))] };
  });
  return [...whole, ...series.filter(({ name }) => !names.has(name))];
}

function lastStep({ points }: Series[number]): number {
  return points.at(-1)?.step ?? -1;
}
