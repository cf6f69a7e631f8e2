// What another person needs to get the same numbers, and what was checked before they were believed.
import { html, type Markup } from "./html.ts";
import type { Provenance } from "./report-data.ts";

export function provenanceSection({ command, seed, protocol, fingerprint, checks, versions }: Provenance): Markup {
  return html`<section id="provenance">
    <h2>To repeat it</h2>
    <pre>${command}</pre>
    <dl class="plain">
      <dt>seed</dt><dd>${seed}</dd>
      <dt>protocol</dt><dd>${protocol}</dd>
      <dt>protocol fingerprint</dt><dd><code>${fingerprint}</code> <span class="muted">Results with another fingerprint are not comparable.</span></dd>
      <dt>versions</dt><dd>${versions.map(({ name, version }) => `${name} ${version}`).join(", ")}</dd>
    </dl>
    ${checks.length > 0 && checksTable(checks)}
  </section>`;
}

function checksTable(checks: Provenance["checks"]): Markup {
  return html`<h3>Checks</h3><div class="scroll"><table>
    <thead><tr><th>verdict</th><th>check</th><th>measured</th></tr></thead>
    <tbody>${checks.map(
      ({ name, verdict, detail }) =>
        html`<tr><td class="${verdict}">${verdict}</td><td>${name}</td><td class="muted">${detail}</td></tr>`,
    )}</tbody>
  </table></div>`;
}
