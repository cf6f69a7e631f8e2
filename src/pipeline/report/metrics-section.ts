// How well the model recommends, always beside what needs no training.
import { popularityDefinition } from "../../recommenders/yardsticks/index.ts";
import { barChart } from "./charts.ts";
import { formatCount, formatMetric, formatPercent } from "./format.ts";
import { html, type Markup } from "./html.ts";
import type { MetricValue, ReportData, TaskMetrics } from "./report-data.ts";

/** The metric of sentence and chart. */
const HEADLINE = "HR@10";

export function metricsSection({ tasks, provenance }: ReportData): Markup {
  return html`<section id="metrics">
    <h2>How well it recommends</h2>
    <p>Each user's last item was held out, and the model was asked for it. HR@K is the share of users whose item is
      among the first K answers; NDCG@K and MRR also count how high it stands. Small figures are 95 % intervals over
      users.</p>
    ${provenance.protocol === "paper" && html`<p class="banner">Protocol "paper": reproduces public-code behaviour, contains test information. Not comparable with results under "strict".</p>`}
    ${tasks.map(taskPart)}
  </section>`;
}

/** One sentence per task with the headline metric, without hiding who is ahead. */
export function headline({ task, candidates, users, answers, systems }: TaskMetrics): Markup | undefined {
  if (candidates === "popularity") return undefined;
  const scored = systems.flatMap(({ name, kind, metrics }) => {
    const metric = metrics[HEADLINE];
    return metric === undefined ? [] : [{ name, kind, value: metric.value }];
  });
  const model = scored.find(({ kind }) => kind === "model");
  if (model === undefined) return undefined;
  const popularity = scored.find(({ name }) => name === popularityDefinition.name);
  const ahead = scored.filter(({ kind, value }) => kind === "yardstick" && value > model.value);
  return html`<p>Asked ${task === "sequential" ? "for the next item out of the whole catalogue" : `to choose among ${formatCount(Math.round(answers))} items`},
    <strong>${model.name}</strong> has the right one among its first ten for <strong>${formatPercent(model.value)}</strong>
    of ${formatCount(users)} users${popularity !== undefined && html`; listing what sells best, for ${formatPercent(popularity.value)}`}.
    ${ahead.length > 0 && html`Ahead of it without any training: ${ahead.map(({ name, value }) => `${name} (${formatPercent(value)})`).join(", ")}.`}</p>`;
}

function taskPart(task: TaskMetrics): Markup {
  const bars = task.systems.flatMap(({ name, kind, metrics }) => {
    const metric = metrics[HEADLINE];
    return metric === undefined ? [] : [{ name, isModel: kind === "model", ...metric }];
  });
  const cold = task.coldTargets;
  return html`<h3>${taskName(task)}</h3>
    <p class="muted">${question(task)} ${formatCount(task.users)} users${cold !== undefined && cold > 0 && html`, ${formatPercent(cold)} of them with an item that nobody had in training`}.</p>
    ${bars.length > 0 && html`<figure><figcaption>${HEADLINE} <span>with 95 % intervals</span></figcaption>${barChart(bars, HEADLINE)}</figure>`}
    ${metricsTable(task)}`;
}

function taskName({ task, candidates }: TaskMetrics): string {
  if (task === "sequential") return "Sequential recommendation";
  return candidates === "popularity" ? "Direct recommendation among popular items" : "Direct recommendation";
}

function question({ task, candidates, answers }: TaskMetrics): string {
  const count = Math.round(answers);
  if (task === "sequential") {
    return `What comes next? Everything that the user does not have yet can be the answer: ${formatCount(count)} items on average.`;
  }
  const drawn = candidates === "popularity" ? "popular items drawn as often as they sell" : "others drawn at random";
  return `Which of these ${formatCount(count)}? One item that the user took and ${formatCount(count - 1)} ${drawn}, in random order.`;
}

const KINDS = {
  model: "trained here",
  yardstick: "needs no training",
  canary: "would score high only if ids leaked",
  fused: "adds up scores of several",
} as const;

function metricsTable({ systems, random }: TaskMetrics): Markup {
  const columns = [...new Set(systems.flatMap(({ metrics }) => Object.keys(metrics)))];
  const best = new Map(
    columns.map((name) => [name, Math.max(...systems.map(({ metrics }) => metrics[name]?.value ?? 0))]),
  );
  const cell = (name: string, metric: MetricValue | undefined) =>
    metric === undefined
      ? html`<td class="number muted">-</td>`
      : html`<td class="number"><span class="${metric.value === best.get(name) ? "best" : ""}">${formatMetric(metric.value)}</span>${interval(metric)}</td>`;
  return html`<details><summary>every metric, with intervals</summary><div class="scroll"><table>
    <thead><tr><th>system</th>${columns.map((name) => html`<th class="number">${name}</th>`)}</tr></thead>
    <tbody>${systems.map(
      ({ name, kind, metrics }) =>
        html`<tr class="${kind}"><td>${name}<span class="meta">${KINDS[kind]}</span></td>${columns.map((column) => cell(column, metrics[column]))}</tr>`,
    )}${random !== undefined && html`<tr class="muted"><td>random order<span class="meta">by calculation</span></td>${columns.map((column) => html`<td class="number">${random[column] === undefined ? "-" : formatMetric(random[column])}</td>`)}</tr>`}</tbody>
  </table></div></details>`;
}

function interval({ low, high }: MetricValue): Markup | false {
  return (
    low !== undefined &&
    high !== undefined &&
    html`<span class="interval">${formatMetric(low)}–${formatMetric(high)}</span>`
  );
}
