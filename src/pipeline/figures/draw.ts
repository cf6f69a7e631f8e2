// Pictures as SVG, drawn by echarts without a browser: what all of them have in common. Colours are CSS variables, so
// that one picture serves a light page and a dark one.
import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, CustomChart, LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

export const INK = "var(--ink)";
export const MUTED = "var(--muted)";
export const LINE = "var(--line)";
export const SERIES = ["var(--individual)", "var(--group)", "var(--third)", "var(--fourth)", "var(--muted)"];
export const FONT = { fontFamily: "inherit", fontSize: 13, color: MUTED };
export const WIDTH = 760;

export function colour(index: number): string {
  return SERIES[index % SERIES.length]!;
}

const round = (index: number): number => Math.floor(index / SERIES.length);

/** Of a line: where the colours begin anew, so that no two series look alike. */
export function dash(index: number): "solid" | "dashed" | "dotted" {
  return (["solid", "dashed", "dotted"] as const)[round(index) % 3]!;
}

/** Whether dots, bars and signs of a legend are drawn as outlines: every other round of the colours. */
export function isHollow(index: number): boolean {
  return round(index) % 2 === 1;
}

export function valueAxis(name: string, more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return {
    type: "value",
    name,
    nameTextStyle: { ...FONT, align: more.nameLocation === "middle" ? "center" : "left" },
    axisLabel: { ...FONT, formatter: (value: number) => String(Number(value.toPrecision(6))) },
    axisLine: { show: more.nameLocation === "middle", lineStyle: { color: LINE } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: LINE, opacity: 0.6 } },
    splitNumber: 4,
    ...more,
  };
}

export function nameAxis(names: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    type: "category",
    data: names,
    inverse: true,
    axisLabel: { ...FONT, color: INK, width: 180, overflow: "truncate", interval: 0 },
    axisLine: { lineStyle: { color: LINE } },
    axisTick: { show: false },
  };
}

/** An SVG as wide as its place. */
export function draw(height: number, option: EChartsCoreOption): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    chart.setOption({ animation: false, ...option });
    return scalable(chart.renderToSVGString(), height);
  } finally {
    chart.dispose();
  }
}

/**
 * What echarts numbers from drawing to drawing: hover rules with their classes, and clip paths, which cut nothing here.
 * Without them equal data gives equal bytes, and pictures of one page cannot collide. (Data texts have no bare quotes
 * nor brackets in here: echarts escapes them.)
 */
const NUMBERED = /<style[\s\S]*?<\/style>|<defs[\s\S]*?<\/defs>| (class|clip-path)="[^"]*"/g;

/** Let the page decide the width. */
function scalable(svg: string, height: number): string {
  const inner = svg.slice(svg.indexOf(">") + 1).replace(NUMBERED, "");
  return `<svg viewBox="0 0 ${WIDTH} ${height}" width="100%" aria-hidden="true">${inner}`;
}
