// What speaks for an item to the right of a line, what speaks against it to the left, on one scale for a whole list.
import type { Evidence } from "../../src/browser/api.ts";
import { signed } from "../src/showing/numbers.ts";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 12;
const WIDTH = 1000;

/** `all`: of every item of the list. */
export function evidenceBar(evidence: readonly Evidence[], all: readonly (readonly Evidence[])[]): SVGElement {
  const [left, right] = [Math.max(...all.map(against)), Math.max(...all.map(inFavour))];
  const scale = WIDTH / (left + right || 1);
  const svg = made("svg", {
    class: "bar",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    role: "img",
  });
  svg.setAttribute("aria-label", wordsOf(evidence));
  let [start, end] = [left * scale, left * scale];
  for (const { term, ahead } of [...evidence].sort((a, b) => Math.abs(b.ahead) - Math.abs(a.ahead))) {
    const width = Math.abs(ahead) * scale;
    if (ahead < 0) start -= width;
    svg.append(piece(term, ahead < 0 ? start : end, width));
    if (ahead > 0) end += width;
  }
  svg.append(made("line", { x1: String(left * scale), x2: String(left * scale), y1: "0", y2: String(HEIGHT) }));
  return svg;
}

function piece(term: string, x: number, width: number): SVGElement {
  return made("rect", { class: term, x: x.toFixed(1), width: width.toFixed(1), y: "1", height: String(HEIGHT - 2) });
}

const inFavour = (evidence: readonly Evidence[]): number =>
  evidence.reduce((sum, { ahead }) => sum + Math.max(0, ahead), 0);

const against = (evidence: readonly Evidence[]): number =>
  evidence.reduce((sum, { ahead }) => sum + Math.max(0, -ahead), 0);

function wordsOf(evidence: readonly Evidence[]): string {
  return evidence.map(({ term, ahead }) => `${term} ${signed(ahead)}`).join(", ");
}

function made(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(SVG, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
