// A case as one HTML page that opens offline: nothing is loaded, and every text of the data is escaped.
import { join } from "node:path";
import { writeFileAtomic, writeJsonAtomic } from "../../base/files.ts";
import type { ChainWriting, ShownChain } from "../reason/index.ts";
import { html, interestChart, Markup, STYLES, WRITTEN } from "../report/index.ts";
import type { CaseItem, CaseList, CaseRanks, CaseRecord } from "./case-record.ts";

/** `case.json` and `case.html`; their paths. */
export async function writeCase(directory: string, record: CaseRecord): Promise<string[]> {
  const [json, page] = [join(directory, "case.json"), join(directory, "case.html")];
  await writeJsonAtomic(json, record);
  await writeFileAtomic(page, renderCase(record));
  return [json, page];
}

function renderCase(record: CaseRecord): string {
  const { user, dataset, rule, truth, told, history, neighbours, interests, lists, ranks } = record;
  const { userChain, itemChain, chainsBy } = record;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>User ${user} of ${dataset}</title>
<style>${new Markup(STYLES)} mark { background: var(--group-soft); color: inherit; padding: 0 .3em }</style>
</head>
<body><main>
  <p class="overline">isrf case study, ${dataset}</p>
  <h1>User ${user}</h1>
  <p>Chosen: ${rule}.</p>
  <p>What came next${told.length === 0 && ", and nobody was told"}: <mark>${itemWords(truth)}</mark></p>
  ${told.length > 0 && html`<p class="banner">Nothing that is asked here was told what came next, but what answers was: ${told.join(" ")}</p>`}
  <h2>What is recommended</h2>
  ${lists.map(listSection)}
  ${ranks && ranksSection(ranks)}
  <h2>History</h2>
  <ol>${history.map(({ title, category }) => html`<li>${title}${category && html` <small>${category}</small>`}</li>`)}</ol>
  ${userChain && chainSection("What was reasoned about the user", userChain, chainsBy)}
  ${itemChain && chainSection("What was reasoned about the item that came next", itemChain, chainsBy)}
  <h2>Similar users</h2>
  <table><tr><th>user</th><th>cosine</th><th>categories of theirs that the history lacks</th></tr>
  ${neighbours.map(({ userId, cosine, shares }) => html`<tr><td>${userId}</td><td class="number">${cosine.toFixed(3)}</td><td>${shares.join(", ")}</td></tr>`)}
  </table>
  ${interests && html`<h2>Individual and group interest</h2><p>${interests.note}</p>${interestChart(interests)}`}
</main></body>
</html>
`;
  return page.text;
}

function itemWords({ title, category, isNew }: CaseItem): string {
  return `${title}${category === undefined ? "" : ` (${category})`}${isNew ? ", of a category that the history lacks" : ""}`;
}

function listSection({ system, run, items, rank, searched }: CaseList): Markup {
  const place = rank === undefined ? `not among the first ${searched}` : `at place ${rank}`;
  return html`<h3>${system} <small>${run}</small></h3>
  <p>The item that came next stands ${place}.</p>
  <ol>${items.map((item) => html`<li>${item.isTruth ? html`<mark>${itemWords(item)}</mark>` : itemWords(item)}</li>`)}</ol>`;
}

function ranksSection({ pool, actual, withoutIndividual, withoutGroup }: CaseRanks): Markup {
  const row = (name: string, rank: number | undefined) =>
    html`<tr><td>${name}</td><td class="number">${rank ?? "not read"}</td></tr>`;
  return html`<h3>Its place among ${pool} items, with and without an interest</h3>
  <table>${[row("as it is", actual), row("without the individual interest", withoutIndividual), row("without the group interest", withoutGroup)]}</table>`;
}

function chainSection(title: string, { source, steps }: ShownChain, by: ChainWriting | undefined): Markup {
  const texts = steps.map(({ step, answer, revision }) => {
    return html`<dt>${step}</dt><dd>${revision?.text ?? answer?.text ?? "no answer"}</dd>`;
  });
  return html`<h2>${title}</h2><p>By ${source}${by && WRITTEN[by]}.</p><dl>${texts}</dl>`;
}
