// How the model came about: stages with their time, and the curves of training.
import { curveChart } from "./charts.ts";
import { formatDuration } from "./format.ts";
import { html, type Markup } from "./html.ts";
import type { CurveFigure, ReportData } from "./report-data.ts";

export function makingSection({ stages, reasoner, curves }: ReportData): Markup {
  const total = stages.reduce((sum, { seconds }) => sum + seconds, 0);
  return html`<section id="making">
    <h2>How it was made</h2>
    <p>${whoseTexts(reasoner)}</p>
    <div class="scroll"><table>
      <thead><tr><th>stage</th><th>what it did</th><th class="number">time</th></tr></thead>
      <tbody>${stages.map(
        ({ name, detail, seconds }) =>
          html`<tr><td>${name}</td><td class="muted">${detail ?? ""}</td><td class="number">${formatDuration(seconds)}</td></tr>`,
      )}
      <tr><td><strong>together</strong></td><td></td><td class="number"><strong>${formatDuration(total)}</strong></td></tr></tbody>
    </table></div>
    <div class="figures">${curves.filter(({ series }) => series.some(({ points }) => points.length > 0)).map(curveFigure)}</div>
  </section>`;
}

function whoseTexts({ label, isRuleBased, hasWritten = true }: ReportData["reasoner"]): Markup {
  if (!hasWritten) return html`No texts were written: the catalogue's own words were embedded.`;
  return html`Texts about items and users by the <span class="tag">${label}</span> reasoner.
      ${isRuleBased && "No language model was asked: the texts follow rules over attributes and training interactions."}`;
}

function curveFigure(figure: CurveFigure): Markup {
  return html`<figure><figcaption>${figure.title} <span>axes need not begin at 0</span></figcaption>${curveChart(figure)}</figure>`;
}
