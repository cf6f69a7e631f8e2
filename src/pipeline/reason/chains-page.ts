// Judged chains as one HTML page that opens offline: nothing is loaded, and every text of the data is escaped.
import { writeFileAtomic } from "../../base/files.ts";
import { CHECKS, type Check } from "../../reasoning/index.ts";
import { CHAIN_STYLES, chainCards, html, Markup, STYLES, WRITTEN } from "../report/index.ts";
import type { ChainWriting } from "./chain-writing.ts";
import type { JudgeReport, KindReport } from "./judge.ts";
import type { JudgedChain, ModelCheck } from "./judged-chain.ts";

export interface ChainsPage extends JudgeReport {
  /** Of the dataset. */
  readonly name: string;
  readonly chains: readonly JudgedChain[];
  readonly writing: ChainWriting | undefined;
}

/** @throws OperationError when the file cannot be written. */
export async function writeChainsPage(path: string, page: ChainsPage): Promise<void> {
  await writeFileAtomic(path, renderChains(page));
}

function renderChains({ name, source, promptVersion, kinds, judge, chains, writing }: ChainsPage): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Chains of ${name}</title>
<style>${new Markup(STYLES + CHAIN_STYLES)}</style>
</head>
<body><main>
  <p class="overline">isrf reason judge</p>
  <h1>Chains of ${name}</h1>
  <p>Three texts a subject: whom it pleases, whom not, what its core is. By <span class="tag">${source}</span>, prompts ${promptVersion}${writing && WRITTEN[writing]}. ${judge !== undefined && `Judged by rule and by ${judge.model}.`}</p>
  <nav>${kinds.map(({ kind }) => html`<a href="#${kind}s">${kind}s</a>`)}</nav>
  ${shares(kinds)}
  ${kinds.map(({ kind }) => {
    const own = chains.filter((chain) => chain.kind === kind);
    return html`<section id="${kind}s"><h2>${own.length} ${kind}s, those with most to blame first</h2>${chainCards(own)}</section>`;
  })}
</main></body>
</html>
`;
  return page.text;
}

function shares(kinds: readonly KindReport[]): Markup {
  const checks = Object.entries(CHECKS) as (readonly [Check, string])[];
  const cell = (text: string) => html`<td class="number">${text}</td>`;
  const byRule = ([check, meaning]: readonly [Check, string]) => html`<tr><td>${check}</td>
    ${kinds.map((kind) => cell(percent(kind.passed[check], kind.complete)))}
    ${kinds.map(({ byModel }) => byModel && cell(percent(byModel.passed[check as ModelCheck], byModel.judged)))}
    <td class="muted">${meaning}</td></tr>`;
  const byModel = kinds.filter((kind) => kind.byModel !== undefined);
  return html`<div class="scroll"><table>
    <thead><tr><th>check</th>${kinds.map(({ kind, complete, drawn }) => html`<th class="number">${kind}s, by rule<span class="meta">${complete} of ${drawn} whole</span></th>`)}
    ${byModel.map(({ kind }) => html`<th class="number">${kind}s, by the model</th>`)}<th>holds where</th></tr></thead>
    <tbody>${checks.map(byRule)}
    <tr><td>alike</td>${kinds.map(({ alike, complete }) => cell(percent(alike, complete)))}${byModel.map(() => cell(""))}<td class="muted">FEATURE texts that another has too</td></tr></tbody>
  </table></div>`;
}

function percent(count: number | undefined, of: number): string {
  return count === undefined || of === 0 ? "" : `${((100 * count) / of).toFixed(0)} %`;
}
