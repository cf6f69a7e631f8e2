// Lines over steps, by the parts of ECharts that they need. Loaded by pages that show some.
import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { dashesOf, TONES } from "./line-styles.ts";

use([LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

export interface Line {
  readonly name: string;
  readonly points: readonly { readonly step: number; readonly value: number }[];
}

export interface Chart {
  readonly show: (lines: readonly Line[]) => void;
  readonly dispose: () => void;
}

export function drawLines(place: HTMLElement): Chart {
  const colour = colourReader(place);
  const [ink, faint, line] = [colour("--ink"), colour("--faint"), colour("--line")];
  const tones = TONES.map(colour);
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const chart = init(place, null, { renderer: "canvas" });
  const observer = new ResizeObserver(() => chart.resize());
  observer.observe(place);
  const axis = {
    axisLine: { lineStyle: { color: line } },
    axisLabel: { color: faint, fontSize: 11 },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: line } },
  };
  return {
    show: (lines) =>
      chart.setOption({
        animation: !isStill,
        animationDuration: 300,
        color: tones,
        textStyle: { fontFamily: getComputedStyle(place).fontFamily },
        grid: { left: 44, right: 16, top: 14, bottom: 26 },
        tooltip: {
          trigger: "axis",
          // Words as an element: markup of its own would be refused by the page's policy.
          formatter: tooltip,
          backgroundColor: colour("--card"),
          borderColor: line,
          textStyle: { color: ink, fontSize: 12 },
        },
        xAxis: { type: "value", name: "", min: "dataMin", max: "dataMax", ...axis, splitLine: { show: false } },
        yAxis: { type: "value", scale: true, ...axis },
        series: lines.map(({ name, points }, at) => ({
          type: "line",
          name,
          showSymbol: points.length < 30,
          symbolSize: 5,
          lineStyle: { width: 2, type: [...dashesOf(at)] },
          data: points.map(({ step, value }) => [step, value]),
        })),
      }),
    dispose: () => {
      observer.disconnect();
      chart.dispose();
    },
  };
}

interface TooltipRow {
  readonly seriesName?: string | undefined;
  readonly value: unknown;
}

function tooltip(rows: unknown): HTMLElement {
  const box = document.createElement("div");
  const all = (Array.isArray(rows) ? rows : [rows]) as readonly TooltipRow[];
  const pairs = all.map(({ seriesName = "", value }) => ({ seriesName, pair: value as readonly [number, number] }));
  for (const words of [
    `step ${pairs[0]?.pair[0]}`,
    ...pairs.map(({ seriesName, pair }) => `${seriesName}: ${pair[1].toPrecision(4)}`),
  ]) {
    const row = document.createElement("div");
    row.textContent = words;
    box.append(row);
  }
  return box;
}

/** A token as a canvas can read it. */
function colourReader(place: HTMLElement): (token: string) => string {
  return (token) => {
    const probe = document.createElement("span");
    probe.style.color = `var(${token})`;
    place.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}
