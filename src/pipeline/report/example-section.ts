// One user: what the shop knows, what is recommended, and which evidence speaks for it.
import type { ItemCard } from "../../runs/item-card.ts";
import type { ExplainedItem, SummedItem } from "../explain/explanation.ts";
import { interestChart } from "./charts.ts";
import { formatPercent, formatPrice } from "./format.ts";
import { html, type Markup } from "./html.ts";
import type { ExampleUser, ReportReasoner } from "./report-data.ts";
import { mostAhead, termBars } from "./term-bars.ts";

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
  const { label, hasWritten = true } = reasoner;
  return html`<p>User <strong>${user.userId}</strong> has ${user.history.length} items, oldest first.
      ${user.actualNext !== undefined && html`The item taken next was kept from the model: <strong>${user.actualNext.title}</strong>.`}</p>
    <ol class="items history">${user.history.map((item) => html`<li>${itemCard(item)}</li>`)}</ol>
    ${user.texts !== undefined && reasonedTexts(user.texts, reasoner)}
    ${user.interests !== undefined && interestFigure(user.interests)}
    <h3>Recommendations</h3>
    ${user.answeredBy !== undefined && html`<p>${answererWords(user.answeredBy)}</p>`}
    ${user.recommendations.some((each) => "terms" in each) && html`<p class="muted small">A score is the sum of its terms. A bar shows how far a term is ahead of what it adds to items drawn from the catalogue: to the right it speaks for the item, to the left against it.</p>`}
    <p class="muted small">Shared features are categories, brands, price tiers and title words of the catalogue${hasWritten && html`; what users have in common also has words of the texts by the ${label} reasoner`}.</p>
    ${recommendations(user)}`;
}

function answererWords({ name, isWinner }: NonNullable<ExampleUser["answeredBy"]>): string {
  const why = isWinner ? "which won on validation items" : "as asked";
  return `Recommended by ${name}, ${why}, in its order; the evidence beside each item, and the score, are the model's.`;
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
  const { categories, individual, group } = interests;
  const cell = (value = 0) => html`<td class="number">${value.toFixed(2)}</td>`;
  const rows = categories.map(
    (category, i) => html`<tr><td>${category}</td>${cell(individual[i])}${group && cell(group[i])}</tr>`,
  );
  return html`<h3>${group === undefined ? "A user's interest" : "A user's two interests"}</h3>
    <figure>
      <figcaption>Affinity to categories <span>${interests.note}</span></figcaption>
      ${interestChart(interests)}
      <details class="small"><summary>figures</summary><table>
        <thead><tr><th>category</th><th class="number">individual</th>${group && html`<th class="number">group</th>`}</tr></thead>
        <tbody>${rows}</tbody></table></details>
    </figure>`;
}

function recommendations({ recommendations: all, actualNext }: ExampleUser): Markup[] {
  const most = mostAhead(all.flatMap((each) => ("terms" in each ? each.terms : [])));
  return all.map((each, i) => {
    const head = { item: each.item, rank: i + 1, isNext: each.item.itemId === actualNext?.itemId };
    return "terms" in each ? summed(each, most, head) : moved(each, head);
  });
}

interface Head {
  readonly item: ItemCard;
  readonly rank: number;
  /** The user took it next. */
  readonly isNext: boolean;
}

function article({ item, rank, isNext }: Head, tag: Markup | undefined, body: Markup): Markup {
  return html`<article class="recommendation">
    <header><span class="rank">${rank}</span><div>${itemCard(item)}</div>
      ${tag}
      ${isNext && html`<span class="tag next">taken next</span>`}</header>
    ${body}
  </article>`;
}

function summed({ score, typicalScore, terms }: SummedItem, most: number, head: Head): Markup {
  const words = `Score ${score.toFixed(2)}: ${typicalScore.toFixed(2)} as for other items, and the terms below.`;
  return article(head, undefined, html`<p class="small muted">${words}</p>${termBars(terms, most)}`);
}

const MOVED = {
  individual: "moved by individual interest",
  group: "moved by group interest",
  both: "moved by both interests",
  neither: "moved by neither interest",
} as const;

function moved({ individual, group, support, moved: { by, detail } }: ExplainedItem, head: Head): Markup {
  const body = html`<p class="small muted">${detail}</p>
    <div class="evidence">
      <div class="individual"><h4>Individual evidence</h4>${individualEvidence(individual)}</div>
      <div class="group"><h4>Group evidence</h4>${support !== undefined && supportLine(support)}${groupEvidence(group)}</div>
    </div>`;
  return article(head, html`<span class="tag ${by}">${MOVED[by]}</span>`, body);
}

function individualEvidence(evidence: ExplainedItem["individual"]): Markup {
  if (evidence.length === 0) return html`<p class="muted">Nothing in the user's own history speaks for it.</p>`;
  return html`<ul>${evidence.map(
    ({ item, sharedFeatures }) =>
      html`<li>${item.title}${sharedFeatures.length > 0 && html`<span class="meta">shared: ${sharedFeatures.join(", ")}</span>`}</li>`,
  )}</ul>`;
}

function supportLine(support: NonNullable<ExplainedItem["support"]>): Markup {
  const { neighbours, bought, boughtAlike, shareOfAll, isSupport } = support;
  return html`<p class="small muted">${bought} of ${neighbours} similar users have it (of all users ${formatPercent(shareOfAll)}), ${boughtAlike} more something like it.${!isSupport && " No more than of all users: no evidence for it."}</p>`;
}

function groupEvidence(evidence: ExplainedItem["group"]): Markup {
  if (evidence.length === 0) return html`<p class="muted">No similar user speaks for it.</p>`;
  return html`<ul>${evidence.map(
    ({ userId, similarity, shares, bought }) =>
      html`<li>User ${userId} <span class="muted">(similarity ${similarity.toFixed(2)})</span>${bought.length > 0 && html` bought ${bought.map(({ title }) => title).join(", ")}`}${shares.length > 0 && html`<span class="meta">in common: ${shares.join(", ")}</span>`}</li>`,
  )}</ul>`;
}
