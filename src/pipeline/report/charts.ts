// Figures of the report.
import type { TwoInterests } from "../explain/explanation.ts";
import { colour, dash, draw, FONT, INK, MUTED, nameAxis, SERIES, valueAxis } from "../figures/draw.ts";
import { curveWords } from "./curve-words.ts";
import { formatMetric } from "./format.ts";
import { html, Markup } from "./html.ts";
import type { CurveFigure } from "./report-data.ts";

/** Losses or validation scores over steps or epochs. */
export function curveChart(figure: CurveFigure): Markup {
  const plot = draw(280, {
    grid: { left: 56, right: 24, top: 32, bottom: 44 },
    xAxis: valueAxis(figure.xLabel, { nameLocation: "middle", nameGap: 28, min: "dataMin", max: "dataMax" }),
    yAxis: valueAxis(figure.yLabel, { scale: true }),
    series: figure.series.map(({ name, points }, i) => ({
      type: "line",
      name,
      silent: true,
      data: points.map(({ x, y }) => [x, y]),
      showSymbol: points.length <= 30,
      symbol: "circle",
      symbolSize: 5,
      lineStyle: { width: 2, color: colour(i), type: dash(i) },
      itemStyle: { color: colour(i) },
      markLine: i === 0 && figure.marker !== undefined ? markLine(figure.marker) : undefined,
    })),
  });
  return html`${figure.series.length > 1 && legend(figure.series.map(({ name }) => name))}<div class="plot" role="img" aria-label="${curveWords(figure)}">${new Markup(plot)}</div>`;
}

export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly isModel: boolean;
}

/** One horizontal bar per system with its 95 % interval, the first at the top. */
export function barChart(bars: readonly Bar[], metric: string): Markup {
  const plot = draw(56 + 38 * bars.length, {
    grid: { left: 130, right: 72, top: 8, bottom: 40 },
    xAxis: valueAxis(metric, { nameLocation: "middle", nameGap: 26, min: 0 }),
    yAxis: nameAxis(bars.map(({ name }) => name)),
    series: [
      {
        type: "bar",
        z: 1,
        silent: true,
        barWidth: 18,
        data: bars.map(({ value, isModel }) => ({
          value,
          itemStyle: { color: isModel ? SERIES[0] : "var(--bar)", borderRadius: [0, 3, 3, 0] },
        })),
      },
      {
        type: "custom",
        z: 2,
        silent: true,
        data: bars.map(({ value, low = value, high = value }, i) => [low, i, high, value]),
        encode: { x: [0, 2], y: 1 },
        renderItem: whisker,
      },
    ],
  });
  return html`<div class="plot">${new Markup(plot)}</div>`;
}

/** Bars per category: what the user's own history says, and what similar users add. */
export function interestChart({ categories, individual, group }: TwoInterests): Markup {
  const series = (name: string, values: readonly number[], i: number) => ({
    type: "bar",
    name,
    silent: true,
    barWidth: 10,
    barGap: "20%",
    data: values,
    itemStyle: { color: colour(i), borderRadius: [0, 3, 3, 0] },
  });
  const [names, values] =
    group === undefined
      ? [["individual interest"], [individual]]
      : [
          ["individual interest", "group interest"],
          [individual, group],
        ];
  const plot = draw(40 + 40 * categories.length, {
    grid: { left: 190, right: 32, top: 8, bottom: 32 },
    xAxis: valueAxis("", { min: 0 }),
    yAxis: nameAxis(categories),
    series: names.map((name, i) => series(name, values[i]!, i)),
  });
  return html`${legend(names)}<div class="plot">${new Markup(plot)}</div>`;
}

/** Beside the picture rather than in it: only the page knows how wide its letters are. */
function legend(names: readonly string[]): Markup {
  return html`<ul class="legend">${names.map((name, i) => html`<li class="${dash(i)}" style="--swatch: ${colour(i)}">${name}</li>`)}</ul>`;
}

function markLine({ x, label }: { readonly x: number; readonly label: string }): Readonly<Record<string, unknown>> {
  return {
    symbol: "none",
    data: [{ xAxis: x }],
    lineStyle: { color: MUTED, type: "dashed", width: 1 },
    label: { ...FONT, formatter: () => label, position: "insideEndTop", rotate: 0, align: "right" },
  };
}

interface DrawApi {
  value(dimension: number): number;
  coord(point: readonly [number, number]): readonly [number, number];
}

/** Interval line with caps, and the value written after it. */
function whisker(_: unknown, api: DrawApi): Readonly<Record<string, unknown>> {
  const [low, row, high, value] = [0, 1, 2, 3].map((dimension) => api.value(dimension)) as [
    number,
    number,
    number,
    number,
  ];
  const [x1, y] = api.coord([low, row]);
  const [x2] = api.coord([high, row]);
  const line = (shape: Readonly<Record<string, number>>) => ({
    type: "line",
    shape,
    style: { stroke: INK, lineWidth: 1.5 },
  });
  const label = {
    x: x2 + 8,
    y,
    text: formatMetric(value),
    fill: INK,
    fontSize: 13,
    fontFamily: "inherit",
    verticalAlign: "middle",
  };
  const lines = [
    line({ x1, y1: y, x2, y2: y }),
    line({ x1, y1: y - 4, x2: x1, y2: y + 4 }),
    line({ x1: x2, y1: y - 4, x2, y2: y + 4 }),
  ];
  return { type: "group", children: [...(high > low ? lines : []), { type: "text", style: label }] };
}
