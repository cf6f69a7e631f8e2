// Two panels, time and memory, over the multiple of each factor's first size; both axes count doublings.
import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

export interface GrowthLine {
  /** Shown in the legend. */
  readonly name: string;
  readonly points: readonly { readonly multiple: number; readonly seconds: number; readonly memoryMiB: number }[];
}

const [WIDTH, HEIGHT] = [860, 420];
const COLOURS = ["#2563eb", "#d97706", "#059669", "#9333ea"];

export function growthPlot(lines: readonly GrowthLine[]): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: "#ffffff",
      color: COLOURS,
      legend: { bottom: 0, itemGap: 40, data: lines.map(({ name }) => name), textStyle: { fontSize: 13 } },
      title: [
        { text: "seconds a step", left: 60, textStyle: { fontSize: 14 } },
        { text: "peak memory, MiB", left: 60 + WIDTH / 2, textStyle: { fontSize: 14 } },
      ],
      grid: [0, 1].map((panel) => ({ left: 60 + (panel * WIDTH) / 2, width: WIDTH / 2 - 90, top: 40, bottom: 90 })),
      xAxis: [0, 1].map((panel) => ({
        type: "log",
        logBase: 2,
        gridIndex: panel,
        name: "times the first size",
        nameLocation: "middle",
        nameGap: 26,
      })),
      yAxis: [0, 1].map((panel) => ({ type: "log", logBase: panel === 0 ? 10 : 2, gridIndex: panel })),
      series: lines.flatMap(({ name, points }, i) =>
        (["seconds", "memoryMiB"] as const).map((value, panel) => ({
          type: "line",
          name,
          silent: true,
          symbolSize: 6,
          xAxisIndex: panel,
          yAxisIndex: panel,
          itemStyle: { color: COLOURS[i % COLOURS.length] },
          data: points.map((point) => [point.multiple, point[value]]),
        })),
      ),
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
