// What stands at the places of a panel: a line with its dots, dots alone, or bars; and how far each value deviates.
import { colour, dash, FONT, INK, isHollow } from "./draw.ts";
import type { PanelsFigure, Series } from "./panels-figure.ts";

type Option = Readonly<Record<string, unknown>>;

export interface Placed {
  readonly kind: PanelsFigure["kind"];
  /** Of the series among `count` of its panel. */
  readonly place: number;
  readonly count: number;
  readonly panel: number;
}

interface DrawApi {
  value(dimension: number): number;
  coord(point: readonly [number, number]): readonly [number, number];
  size(extent: readonly [number, number]): readonly [number, number];
}

/** Where a value stands in pixels, with the ends of its deviation. */
interface Spot {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly ground: number;
  /** Of what a series may take of a place. */
  readonly width: number;
  readonly value: number;
}

/** Series of the drawing library. */
export function marks(series: Series, placed: Placed): Option[] {
  return placed.kind === "lines" ? [line(series, placed), spots(series, placed)] : [spots(series, placed)];
}

function line({ points }: Series, { place, panel }: Placed): Option {
  const style = { lineStyle: { width: 2, color: colour(place), type: dash(place) }, showSymbol: false };
  const data = points.map((point) => point?.value ?? "-");
  return { type: "line", xAxisIndex: panel, yAxisIndex: panel, silent: true, data, ...style };
}

function spots({ points }: Series, placed: Placed): Option {
  const { kind, place, panel } = placed;
  const data = points.flatMap((point, at) => {
    if (point === undefined) return [];
    const { value, deviation = 0 } = point;
    return [[at, value - deviation, value + deviation, value]];
  });
  return {
    type: "custom",
    xAxisIndex: panel,
    yAxisIndex: panel,
    silent: true,
    z: 5,
    data,
    encode: { x: 0, y: [1, 2, 3] },
    renderItem: (_: unknown, api: DrawApi) => {
      const spot = spotOf(api, placed);
      return { type: "group", children: kind === "bars" ? bar(spot, place) : dot(spot, place) };
    },
  };
}

/** Share of a place that its dots, or its bars, take together. */
const SHARE = { dots: 0.5, bars: 0.82, lines: 0 } as const;

function spotOf(api: DrawApi, { kind, place, count }: Placed): Spot {
  const [at, low, high, value] = [0, 1, 2, 3].map((dimension) => api.value(dimension)) as [
    number,
    number,
    number,
    number,
  ];
  const width = (SHARE[kind] * api.size([1, 0])[0]) / count;
  const [x, y] = api.coord([at, value]);
  return {
    x: x + (place + 0.5 - count / 2) * width,
    y,
    low: api.coord([at, low])[1],
    high: api.coord([at, high])[1],
    ground: api.coord([at, 0])[1],
    width,
    value,
  };
}

/** In the colour of the series at `place`. */
function filled(place: number): Option {
  const own = colour(place);
  return isHollow(place) ? { fill: "var(--paper)", stroke: own, lineWidth: 2 } : { fill: own };
}

function dot({ x, y, low, high }: Spot, place: number): Option[] {
  const circle = { type: "circle", shape: { cx: x, cy: y, r: 4 }, style: filled(place) };
  return low > high ? [whisker(x, low, high, colour(place)), circle] : [circle];
}

/** Pixels that a value needs inside its bar, along the text and across, and between its end and the bar's. */
const ALONG = 46;
const ACROSS = 20;
const GAP = 5;
const WIDEST = 64;

/** The value stands inside, or above where there is no room; upright in narrow bars. */
function bar(spot: Spot, place: number): Option[] {
  const { x, y, low, high, ground } = spot;
  const width = Math.min(WIDEST, 0.92 * spot.width);
  const shape = { x: x - width / 2, y, width, height: Math.max(0, ground - y) };
  const whiskers = low > high ? [whisker(x, low, high, INK)] : [];
  const inside = isHollow(place) ? INK : "var(--paper)";
  return [{ type: "rect", shape, style: filled(place) }, ...whiskers, valueText(spot, width, inside)];
}

function valueText({ x, y, low, high, ground, value }: Spot, width: number, inside: string): Option {
  const isUpright = width < ALONG;
  const isInside = ground - Math.max(y, low) > (isUpright ? ALONG : ACROSS);
  const style = {
    text: short(value),
    fontFamily: FONT.fontFamily,
    fontSize: Math.min(11, Math.max(8, width - 1)),
    fill: isInside ? inside : INK,
    align: isUpright ? (isInside ? "right" : "left") : "center",
    verticalAlign: isUpright ? "middle" : isInside ? "top" : "bottom",
  };
  const end = isInside ? Math.max(y, low) + GAP : Math.min(y, high) - GAP;
  return { type: "text", x, y: end, rotation: isUpright ? Math.PI / 2 : 0, style };
}

function whisker(x: number, low: number, high: number, stroke: string): Option {
  return { type: "line", shape: { x1: x, y1: low, x2: x, y2: high }, style: { stroke, lineWidth: 1.5 } };
}

function short(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return value.toFixed(Math.abs(value) >= 1 ? 1 : 4);
}
