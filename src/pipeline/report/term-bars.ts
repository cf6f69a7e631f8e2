// The terms of a score as bars around a middle line, each with its sentence and, unfolded, what is behind it.
import { signed } from "../../base/written-numbers.ts";
import type { ExplainedTerm, TermEvidence } from "../explain/explanation.ts";
import { html, type Markup } from "./html.ts";

/** Half of the figure, in its own units. */
const HALF = 60;
const HEIGHT = 10;

/** What fills a bar: bars of one user have one scale. */
export function mostAhead(terms: readonly ExplainedTerm[]): number {
  return Math.max(0, ...terms.map(({ ahead }) => Math.abs(ahead)));
}

/** Those that speak for the item first. */
export function termBars(terms: readonly ExplainedTerm[], most: number): Markup {
  const ordered = [...terms].sort((a, b) => b.ahead - a.ahead);
  return html`<table class="terms"><tbody>${ordered.map((term) => termRow(term, most))}</tbody></table>`;
}

function termRow(term: ExplainedTerm, most: number): Markup {
  const { name, describes, says, ahead, adds } = term;
  return html`<tr><td title="${describes}">${name}</td>
    <td>${bar(ahead, most)}</td>
    <td class="number" title="adds ${adds.toFixed(4)} to the score">${signed(ahead)}</td>
    <td>${says}${behindList(term)}</td></tr>`;
}

function bar(ahead: number, most: number): Markup {
  const width = most === 0 ? 0 : (Math.abs(ahead) / most) * HALF;
  const x = ahead < 0 ? HALF - width : HALF;
  const kind = ahead < 0 ? "against" : "for";
  return html`<svg viewBox="0 0 ${2 * HALF} ${HEIGHT}" width="${2 * HALF}" height="${HEIGHT}" role="img" aria-label="${signed(ahead)}"><rect class="${kind}" x="${x.toFixed(2)}" y="1" width="${width.toFixed(2)}" height="${HEIGHT - 2}"/><line x1="${HALF}" x2="${HALF}" y1="0" y2="${HEIGHT}"/></svg>`;
}

function behindList({ behind, text }: ExplainedTerm): Markup | undefined {
  if (behind.length === 0 && text === undefined) return undefined;
  return html`<details class="small"><summary>behind it</summary><ul>
    ${text !== undefined && html`<li>its text: ${text}</li>`}
    ${behind.map((one) => html`<li>${evidence(one)}</li>`)}</ul></details>`;
}

function evidence(one: TermEvidence): Markup {
  const name = one.kind === "item" ? one.item.title : `User ${one.userId} (similarity ${one.similarity.toFixed(2)})`;
  const common = one.shares.length > 0 && html`<span class="meta">in common: ${one.shares.join(", ")}</span>`;
  return html`${name}${common}${one.text !== undefined && html`<span class="meta">text: ${one.text}</span>`}`;
}
