import { describe, expect, it } from "vitest";
import { panelsFigure } from "./panels.ts";
import type { PanelsFigure } from "./panels-figure.ts";

const figure: PanelsFigure = {
  title: "ISRF by L' <& k>",
  kind: "lines",
  places: ["1", "2", "3"],
  placesName: "L'",
  panels: ["HR@10", "NDCG@10", "HR@5"].map((title) => ({
    title,
    series: [
      { name: "beauty", points: [{ value: 0.1, deviation: 0.01 }, undefined, { value: 0.3 }] },
      { name: "sports & more", points: [{ value: 0.2 }, { value: 0.25 }, { value: 0.22 }] },
    ],
  })),
};

describe("a figure of panels", () => {
  it("is a document of its own that says what it shows, for light pages and dark ones", () => {
    const svg = panelsFigure(figure);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg.trimEnd()).toMatch(/<\/svg>$/);
    expect(svg).toContain("<title>ISRF by L&#39; &lt;&amp; k&gt;</title>");
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it("names its series, places and panels", () => {
    const svg = panelsFigure(figure);
    for (const word of ["beauty", "sports &amp; more", ">HR@5<", ">NDCG@10<", ">3<"]) expect(svg).toContain(word);
  });

  it("is the same for the same data", () => {
    expect(panelsFigure(figure)).toBe(panelsFigure(figure));
  });

  it("draws a dot for what was measured and none for what was not", () => {
    const circles = (one: PanelsFigure) =>
      panelsFigure(one).split('r="4"').length + panelsFigure(one).split("a4 4").length;
    const without = { ...figure, panels: figure.panels.map((panel) => ({ ...panel, series: panel.series.slice(1) })) };
    expect(circles(figure)).toBeGreaterThan(circles(without));
  });

  it("says the value of each bar, which begins at 0, and of which there is none where nothing was measured", () => {
    const svg = panelsFigure({ ...figure, kind: "bars" });
    for (const value of ["0.1000", "0.3000", "0.2500"]) expect(svg.split(`>${value}<`)).toHaveLength(4);
    expect(svg.match(/>0<\/text>/g)).toHaveLength(3);
    expect(svg).not.toContain("do not begin at 0");
    expect(panelsFigure(figure)).toContain("do not begin at 0");
  });

  it("draws the sixth of its series otherwise than the first, whose colour it has", () => {
    const series = Array.from({ length: 7 }, (_, at) => ({ name: `shop ${at}`, points: [{ value: 0.1 + at / 10 }] }));
    const signs = (kind: PanelsFigure["kind"]) => {
      const svg = panelsFigure({ ...figure, kind, places: ["1"], panels: [{ title: "HR@10", series }] });
      return svg.match(/<rect x="[\d.]+" y="12"[^>]*>/g)!.map((sign) => sign.replace(/ x="[\d.]+"/, ""));
    };
    for (const kind of ["lines", "dots", "bars"] as const) expect(new Set(signs(kind)).size).toBe(series.length);
    expect(panelsFigure({ ...figure, panels: [{ title: "HR@10", series }] })).toContain("stroke-dasharray");
    expect(panelsFigure(figure)).not.toContain("stroke-dasharray");
  });

  it("places dots of several series side by side", () => {
    const series = [0.1, 0.2, 0.3].map((value, at) => ({ name: `shop ${at}`, points: [{ value }] }));
    const columns = (kind: PanelsFigure["kind"]) => {
      const svg = panelsFigure({ ...figure, kind, places: ["1"], panels: [{ title: "HR@10", series }] });
      return Array.from(svg.matchAll(/<circle cx="([\d.]+)"/g), ([, x]) => Number(x));
    };
    const [first, second, third] = columns("dots") as [number, number, number];
    expect(second).toBeGreaterThan(first);
    expect(third - second).toBeCloseTo(second - first, 6);
    expect(columns("lines")).toEqual([second, second, second]);
  });
});
