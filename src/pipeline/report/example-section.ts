// One user: what the shop knows, what is recommended, and which evidence speaks for it.
import type { ItemCard } from "../../runs/item-card.ts";
import type { ExplainedItem } from "../explain/explanation.ts";
import { interestChart } from "./charts.ts";
import { formatPercent, formatPrice } from "./format.ts";
import { html, type Markup } from "./html.ts";
import type { ExampleUser, ReportReasoner } from "./report-data.ts";

export function exampleSection(user: ExampleUser, reasoner: ReportReasoner): Markup {
  return html`<section id="example">
    <h2>One user, and why</h2>
    ${exampleBody(user, reasoner)}
  </section>`;
}

/** Users one below the other, folded: what they are recommended can be seen without opening. */
export function furtherSection(users: readonly ExampleUser[], reasoner: ReportReasoner): Markup {
  return html`<section id="further">
    <h2>${users.length} more</h2>
    ${users.map(
      (user) =>
        html`<details><summary>User <strong>${user.userId}</strong>: ${user.recommendations.map(({ item }) => item.title).join(", ")}</summary>
        ${exampleBody(user, reasoner)}</details>`,
    )}
  </section>`;
}

function exampleBody(user: ExampleUser, reasoner: ReportReasoner): Markup {
  return html`<p>User <strong>${user.userId}</strong> has ${user.history.length} items, oldest first.
      ${user.actualNext !== undefined && html`The item taken next was kept from the model: <strong>${user.actualNext.title}</strong>.`}</p>
    <ol class="items history">${user.history.map((item) => html`<li>${itemCard(item)}</li>`)}</ol>
    ${user.texts !== undefined && reasonedTexts(user.texts, reasoner)}
    ${user.interests !== undefined && interestFigure(user.interests)}
    <h3>Recommendations</h3>
    <p class="muted small">Shared features are categories, brands, price tiers and title words of the catalogue; what users have in common also has words of the texts by the ${reasoner.label} reasoner.</p>
    ${user.recommendations.map((each, i) => recommendation(each, i + 1, user.actualNext?.itemId))}`;
}

function itemCard({ title, category, brand, price }: ItemCard): Markup {
  const facts = [category, brand, price === undefined ? undefined : formatPrice(price)].filter(
    (fact) => fact !== undefined,
  );
  return html`<span class="title">${title}</span>${facts.length > 0 && html`<span class="meta">${facts.join(" · ")}</span>`}`;
}

function reasonedTexts(texts: NonNullable<ExampleUser["texts"]>, { label, isRuleBased }: ReportReasoner): Markup {
  return html`<h3>What was reasoned about this user <span class="tag">${label}</span></h3>
    ${isRuleBased && html`<p class="muted small">Written by rules from attributes and training interactions, not by a language model.</p>`}
    <dl class="plain">
      <dt>likes</dt><dd>${texts.positive}</dd>
      <dt>avoids</dt><dd>${texts.negative}</dd>
      <dt>at the core</dt><dd>${texts.feature}</dd>
    </dl>`;
}

function interestFigure(interests: NonNullable<ExampleUser["interests"]>): Markup {
  const rows = interests.categories.map(
    (category, i) =>
      html`<tr><td>${category}</td><td class="number">${(interests.individual[i] ?? 0).toFixed(2)}</td><td class="number">${(interests.group[i] ?? 0).toFixed(2)}</td></tr>`,
  );
  return html`<h3>A user's two interests</h3>
    <figure>
      <figcaption>Affinity to categories <span>${interests.note}</span></figcaption>
      ${interestChart(interests)}
      <details class="small"><summary>figures</summary><table>
        <thead><tr><th>category</th><th class="number">individual</th><th class="number">group</th></tr></thead>
        <tbody>${rows}</tbody></table></details>
    </figure>`;
}

const MOVED = {
  individual: "moved by individual interest",
  group: "moved by group interest",
  both: "moved by both interests",
  neither: "moved by neither interest",
} as const;

function recommendation(
  { item, individual, group, support, moved }: ExplainedItem,
  rank: number,
  nextId: string | undefined,
): Markup {
  return html`<article class="recommendation">
    <header><span class="rank">${rank}</span><div>${itemCard(item)}</div>
      <span class="tag ${moved.by}">${MOVED[moved.by]}</span>
      ${item.itemId === nextId && html`<span class="tag next">taken next</span>`}</header>
    <p class="small muted">${moved.detail}</p>
    <div class="evidence">
      <div class="individual"><h4>Individual evidence</h4>${individualEvidence(individual)}</div>
      <div class="group"><h4>Group evidence</h4>${support !== undefined && supportLine(support)}${groupEvidence(group)}</div>
    </div>
  </article>`;
}

function individualEvidence(evidence: ExplainedItem["individual"]): Markup {
  if (evidence.length === 0) return html`<p class="muted">Nothing in the user's own history speaks for it.</p>`;
  return html`<ul>${evidence.map(
    ({ item, sharedFeatures }) =>
      html`<li>${item.title}${sharedFeatures.length > 0 && html`<span class="meta">shared: ${sharedFeatures.join(", ")}</span>`}</li>`,
  )}</ul>`;
}

function supportLine({ neighbours, bought, boughtAlike, shareOfAll }: NonNullable<ExplainedItem["support"]>): Markup {
  return html`<p class="small muted">${bought} of ${neighbours} similar users have it (of all users ${formatPercent(shareOfAll)}), ${boughtAlike} more something like it.</p>`;
}

function groupEvidence(evidence: ExplainedItem["group"]): Markup {
  if (evidence.length === 0) return html`<p class="muted">No similar user speaks for it.</p>`;
  return html`<ul>${evidence.map(
    ({ userId, similarity, shares, bought }) =>
      html`<li>User ${userId} <span class="muted">(similarity ${similarity.toFixed(2)})</span>${bought.length > 0 && html` bought ${bought.map(({ title }) => title).join(", ")}`}${shares.length > 0 && html`<span class="meta">in common: ${shares.join(", ")}</span>`}</li>`,
  )}</ul>`;
}
