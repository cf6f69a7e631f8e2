// Small multiples as a file of their own: the same places on every panel's axis, a line for each series or, where
// places are no numbers, dots. No bars: those would have to begin at 0, where the differences that are looked for
// vanish.
import { escapeMarkup } from "../../base/escape-markup.ts";
import { colour, draw, FONT, INK, MUTED, valueAxis, WIDTH } from "./draw.ts";
import { PALETTE } from "./palette.ts";

export interface Point {
  readonly value: number;
  /** Above and below `value`; absent where nothing is known of it. */
  readonly deviation?: number | undefined;
}

export interface Series {
  readonly name: string;
  /** By place; undefined where nothing was measured. */
  readonly points: readonly (Point | undefined)[];
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

export interface PanelsFigure {
  /** For readers who do not see it. */
  readonly title: string;
  readonly kind: "lines" | "dots";
  /** What stands along every horizontal axis. */
  readonly places: readonly string[];
  readonly placesName: string;
  readonly panels: readonly Panel[];
}

const COLUMNS = 2;
const HEIGHT = 230;
const HEAD = 36;
const PLOT = { left: 58, right: 16, top: 34, bottom: 52 };
/** About that of a letter, in a file that does not know its fonts. */
const LETTER = 7.4;

/** An SVG document, equal for equal figures, for light and dark pages. */
export function panelsFigure(figure: PanelsFigure): string {
  const rows = Math.ceil(figure.panels.length / COLUMNS);
  const height = HEAD + rows * HEIGHT;
  const frames = figure.panels.map((_, i) => frameOf(i));
  const picture = draw(height, {
    grid: frames,
    xAxis: frames.map((_, i) => placeAxis(figure, i)),
    yAxis: figure.panels.map(({ title }, i) => ({ ...valueAxis(title, { scale: true }), gridIndex: i })),
    series: figure.panels.flatMap(({ series }, panel) =>
      series.flatMap((one, i) => [
        ...(figure.kind === "lines" ? [line(one, i, panel)] : []),
        dots(one, i, series.length, panel, figure),
      ]),
    ),
  });
  const inner = picture.slice(picture.indexOf(">") + 1);
  const names = figure.panels[0]?.series.map(({ name }) => name) ?? [];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escapeMarkup(figure.title)}</title>`,
    `<style>svg { ${PALETTE.light} font-family: system-ui, sans-serif } @media (prefers-color-scheme: dark) { svg { ${PALETTE.dark} } }</style>`,
    `<rect width="${WIDTH}" height="${height}" fill="var(--paper)"/>`,
    legend(names),
    inner,
    "",
  ].join("\n");
}

function frameOf(panel: number): Readonly<Record<string, number>> {
  const [column, row] = [panel % COLUMNS, Math.floor(panel / COLUMNS)];
  const width = WIDTH / COLUMNS;
  return {
    left: column * width + PLOT.left,
    top: HEAD + row * HEIGHT + PLOT.top,
    width: width - PLOT.left - PLOT.right,
    height: HEIGHT - PLOT.top - PLOT.bottom,
  };
}

function placeAxis({ places, placesName }: PanelsFigure, panel: number): Readonly<Record<string, unknown>> {
  const isLong = places.some((place) => place.length * places.length > 45);
  return {
    type: "category",
    gridIndex: panel,
    data: places,
    name: placesName,
    nameLocation: "middle",
    nameGap: isLong ? 38 : 26,
    nameTextStyle: FONT,
    axisLabel: { ...FONT, color: INK, interval: 0, fontSize: isLong ? 10 : 13, rotate: isLong ? 18 : 0 },
    axisLine: { lineStyle: { color: MUTED } },
    axisTick: { show: false },
  };
}

function line({ points }: Series, i: number, panel: number): Readonly<Record<string, unknown>> {
  const style = { lineStyle: { width: 2, color: colour(i) }, showSymbol: false };
  const data = points.map((point) => point?.value ?? "-");
  return { type: "line", xAxisIndex: panel, yAxisIndex: panel, silent: true, data, ...style };
}

interface DrawApi {
  value(dimension: number): number;
  coord(point: readonly [number, number]): readonly [number, number];
  size(extent: readonly [number, number]): readonly [number, number];
}

/** A dot, and a thin line from one deviation below to one above. */
function dots(
  { points }: Series,
  i: number,
  count: number,
  panel: number,
  { kind }: PanelsFigure,
): Readonly<Record<string, unknown>> {
  const data = points.flatMap((point, place) => {
    if (point === undefined) return [];
    const { value, deviation = 0 } = point;
    return [[place, value - deviation, value + deviation, value]];
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
      const [place, low, high, value] = [0, 1, 2, 3].map((dimension) => api.value(dimension)) as [
        number,
        number,
        number,
        number,
      ];
      // Side by side within half a place; lines show where their dots belong.
      const shift = kind === "lines" ? 0 : ((i + 0.5) / count - 0.5) * 0.5 * api.size([1, 0])[0];
      const [x, y] = api.coord([place, value]);
      const [, y1] = api.coord([place, low]);
      const [, y2] = api.coord([place, high]);
      const whisker = {
        type: "line",
        shape: { x1: x + shift, y1, x2: x + shift, y2 },
        style: { stroke: colour(i), lineWidth: 1.5 },
      };
      const dot = { type: "circle", shape: { cx: x + shift, cy: y, r: 4 }, style: { fill: colour(i) } };
      return { type: "group", children: high > low ? [whisker, dot] : [dot] };
    },
  };
}

function legend(names: readonly string[]): string {
  if (names.length < 2) return "";
  let x = PLOT.left;
  const entries = names.map((name, i) => {
    const at = x;
    x += 28 + name.length * LETTER;
    return `<rect x="${at}" y="12" width="12" height="12" rx="2" fill="${colour(i)}"/><text x="${at + 18}" y="22" font-size="13" fill="var(--ink)">${escapeMarkup(name)}</text>`;
  });
  return entries.join("");
}
