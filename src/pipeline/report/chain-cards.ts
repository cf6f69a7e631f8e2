// Chains of texts as a page shows them: the subject as the model was shown it, what was written, what is wrong with it.
import type { ChainWriting } from "../reason/chain-writing.ts";
import type { ChainCost, JudgedChain } from "../reason/judged-chain.ts";
import { formatCount, formatDuration } from "./format.ts";
import { html, type Markup } from "./html.ts";

export const CHAIN_STYLES = `
.chain { border-bottom: 1px solid var(--line); padding: .45rem 0; }
.chain summary { color: var(--ink); }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 0 1.5rem; align-items: start; margin: .5rem 0; }
.beside dl.plain { grid-template-columns: max-content minmax(0, 1fr); margin: .8rem 0; }
`;

/** What follows the name of who wrote them. */
export const WRITTEN: Readonly<Record<ChainWriting, string>> = {
  steps: ", each step told the answers before it",
  "one call": ", all in one call",
  rules: ", each text by itself: no step reads another's",
};

/** One below the other, folded: what is wrong can be seen without opening. */
export function chainCards(chains: readonly JudgedChain[]): Markup {
  return html`${chains.map(chainCard)}`;
}

function chainCard(chain: JudgedChain): Markup {
  const { kind, id, title, data, texts } = chain;
  return html`<details class="chain"><summary><span class="tag">${kind}</span> <strong>${title ?? id}</strong>
    ${title !== undefined && html`<span class="muted small">${id}</span>`} ${blame(chain)}</summary>
    <div class="beside"><pre>${data}</pre>
    <dl class="plain">
      <dt>positive</dt><dd>${texts.positive}</dd>
      <dt>negative</dt><dd>${texts.negative}</dd>
      <dt>feature</dt><dd>${texts.feature}</dd>
    </dl></div>
    ${costLine(chain)}</details>`;
}

function blame({ missed, verdicts }: JudgedChain): Markup {
  const denied = Object.entries(verdicts ?? {}).flatMap(([check, holds]) => (holds ? [] : [check]));
  if (missed.length + denied.length === 0) return html`<span class="ok small">nothing to blame</span>`;
  return html`${missed.length > 0 && html`<span class="warn small">not ${missed.join(", ")} by rule</span>`}
    ${denied.length > 0 && html`<span class="warn small">not ${denied.join(", ")} by the model that judged</span>`}`;
}

function costLine({ took, flaws }: JudgedChain): Markup {
  const refused = flaws.length === 0 ? "" : ` Replies refused before: ${flaws.join(", ")}.`;
  return html`<p class="muted small">${costWords(took)}${refused}</p>`;
}

/** Rules write without a model: their answers cost nothing that was counted. */
function costWords({ calls, promptTokens, cachedTokens, completionTokens, milliseconds }: ChainCost): string {
  if (promptTokens + completionTokens === 0) return "Written without a language model.";
  const cached = cachedTokens === 0 ? "" : ` (${formatCount(cachedTokens)} from the server's cache)`;
  const tokens = `${formatCount(promptTokens)} tokens in prompts${cached}, ${formatCount(completionTokens)} in answers`;
  return `${formatCount(calls)} ${calls === 1 ? "call" : "calls"}, ${tokens}, ${formatDuration(milliseconds / 1000)}.`;
}
