// Small multiples as a file of their own: the same places on every panel's axis, and for each series a line, dots where
// places are no numbers, or bars. Bars begin at 0, where small differences vanish: so each says its value.
import { escapeMarkup } from "../../base/escape-markup.ts";
import { colour, draw, FONT, INK, isHollow, MUTED, valueAxis, WIDTH } from "./draw.ts";
import { marks } from "./marks.ts";
import { PALETTE } from "./palette.ts";
import type { PanelsFigure } from "./panels-figure.ts";

/** More bars or named places than these stand in panels as wide as the figure. */
const MOST_BARS = 10;
const MOST_NAMES = 8;
const HEIGHT = 230;
const HEAD = 36;
const PLOT = { left: 58, right: 16, top: 34, bottom: 52 };
/** About that of a letter, in a file that does not know its fonts. */
const LETTER = 7.4;

/** An SVG document, equal for equal figures, for light and dark pages. */
export function panelsFigure(figure: PanelsFigure): string {
  const columns = columnsOf(figure);
  const height = HEAD + Math.ceil(figure.panels.length / columns) * HEIGHT;
  const frames = figure.panels.map((_, i) => frameOf(i, columns));
  const picture = draw(height, {
    grid: frames,
    xAxis: frames.map((frame, i) => placeAxis(figure, i, frame.width)),
    yAxis: figure.panels.map(({ title }, i) => ({
      ...valueAxis(title, { scale: figure.kind !== "bars" }),
      gridIndex: i,
    })),
    series: figure.panels.flatMap(({ series }, panel) =>
      series.flatMap((one, i) => marks(one, { kind: figure.kind, place: i, count: series.length, panel })),
    ),
  });
  const inner = picture.slice(picture.indexOf(">") + 1);
  const names = figure.panels[0]?.series.map(({ name }) => name) ?? [];
  const deviates = figure.panels.some(({ series }) => series.some(({ points }) => points.some((p) => p?.deviation)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escapeMarkup(figure.title)}</title>`,
    `<style>svg { ${PALETTE.light} font-family: system-ui, sans-serif } @media (prefers-color-scheme: dark) { svg { ${PALETTE.dark} } }</style>`,
    `<rect width="${WIDTH}" height="${height}" fill="var(--paper)"/>`,
    legend(names),
    note(deviates, figure.kind !== "bars"),
    inner,
    "",
  ].join("\n");
}

function columnsOf({ kind, places, panels }: PanelsFigure): number {
  const bars = places.length * Math.max(0, ...panels.map(({ series }) => series.length));
  const isWide = kind === "bars" ? bars > MOST_BARS : kind === "dots" && places.length > MOST_NAMES;
  return isWide ? 1 : 2;
}

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function frameOf(panel: number, columns: number): Frame {
  const [column, row] = [panel % columns, Math.floor(panel / columns)];
  const width = WIDTH / columns;
  return {
    left: column * width + PLOT.left,
    top: HEAD + row * HEIGHT + PLOT.top,
    width: width - PLOT.left - PLOT.right,
    height: HEIGHT - PLOT.top - PLOT.bottom,
  };
}

function placeAxis({ places, placesName }: PanelsFigure, panel: number, width: number) {
  const isLong = places.some((place) => place.length * places.length * LETTER > width);
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

/** How it is to be read, at the right end of the legend. */
function note(deviates: boolean, isCut: boolean): string {
  const words = [
    ...(deviates ? ["thin lines: one standard deviation over seeds"] : []),
    ...(isCut ? ["axes do not begin at 0"] : []),
  ];
  return `<text x="${WIDTH - PLOT.right}" y="22" font-size="11" text-anchor="end" fill="var(--muted)">${words.join("; ")}</text>`;
}

function legend(names: readonly string[]): string {
  let x = PLOT.left;
  const entries = names.map((name, i) => {
    const at = x;
    x += 28 + name.length * LETTER;
    const sign = isHollow(i) ? `fill="var(--paper)" stroke="${colour(i)}" stroke-width="2"` : `fill="${colour(i)}"`;
    return `<rect x="${at}" y="12" width="12" height="12" rx="2" ${sign}/><text x="${at + 18}" y="22" font-size="13" fill="var(--ink)">${escapeMarkup(name)}</text>`;
  });
  return entries.join("");
}
