// The report as one HTML file that opens offline: style and figures are inside, nothing is loaded.

import { CHAIN_STYLES, chainCards, WRITTEN } from "./chain-cards.ts";
import { exampleSection, furtherSection } from "./example-section.ts";
import { formatCount } from "./format.ts";
import { html, Markup } from "./html.ts";
import { makingSection } from "./making-section.ts";
import { headline, metricsSection } from "./metrics-section.ts";
import { provenanceSection } from "./provenance-section.ts";
import type { ReportData, ReportDataset } from "./report-data.ts";
import { STYLES } from "./styles.ts";

/**
 * A complete HTML document. Every text of `data` is escaped: titles come from catalogues that nobody vouches for. The
 * page's own security policy forbids scripts and network access besides.
 */
export function renderReport(data: ReportData): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${data.title}</title>
<style>${new Markup(STYLES + CHAIN_STYLES)}</style>
</head>
<body><main>
  <p class="overline">isrf report</p>
  <h1>${data.title}</h1>
  <div class="lead">${data.tasks.map(headline)}</div>
  ${datasetFacts(data.dataset)}
  <nav><a href="#metrics">How well it recommends</a>${data.example !== undefined && html`<a href="#example">One user, and why</a>`}${hasChains(data) && html`<a href="#chains">What was reasoned</a>`}<a href="#making">How it was made</a><a href="#provenance">To repeat it</a></nav>
  ${metricsSection(data)}
  ${data.example !== undefined && exampleSection(data.example, data.reasoner)}
  ${(data.furtherExamples ?? []).length > 0 && furtherSection(data.furtherExamples!, data.reasoner)}
  ${hasChains(data) && chainsSection(data)}
  ${makingSection(data)}
  ${provenanceSection(data.provenance)}
</main></body>
</html>
`;
  return page.text;
}

function hasChains({ chains = [] }: ReportData): boolean {
  return chains.length > 0;
}

function chainsSection({ chains = [], chainsBy, reasoner }: ReportData): Markup {
  return html`<section id="chains">
    <h2>What was reasoned</h2>
    <p>Texts about ${chains.length} items and users that were drawn, by the <span class="tag">${reasoner.label}</span> reasoner${chainsBy && WRITTEN[chainsBy]}. All of them, and what is wrong with them: <code>isrf reason judge DATASET --page chains.html</code>.</p>
    ${chainCards(chains)}
  </section>`;
}

function datasetFacts({ name, facts, note }: ReportDataset): Markup {
  return html`<p class="muted">Data: <strong>${name}</strong>. ${note}</p>
  <dl class="facts">${facts.map(
    ({ label, value }) =>
      html`<div><dt>${label}</dt><dd>${typeof value === "number" ? formatCount(value) : value}</dd></div>`,
  )}</dl>`;
}
