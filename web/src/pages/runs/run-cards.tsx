// The runs that the server answers with, a card each.
import type { JSX } from "preact";
import { Link } from "wouter-preact";
import type { RunSummary } from "../../../../src/client/index.ts";
import { runPage } from "../../asking/addresses.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { atTime, count, percent, plain } from "../../showing/numbers.ts";
import { Shown, Skeleton } from "../../showing/states.tsx";
import { cardWords } from "./measured-on.ts";

export function RunCards(): JSX.Element {
  const answer = useAnswer("runs", {});
  return (
    <Shown answer={answer} waiting={<Skeleton rows={1} tall={190} />}>
      {({ runs }) => (
        <ul class="cards">
          {runs.map((run) => (
            <li key={run.name}>
              <Card run={run} />
            </li>
          ))}
        </ul>
      )}
    </Shown>
  );
}

function Card({ run }: { readonly run: RunSummary }): JSX.Element {
  const { name, system, preset, dataset, counts, isDefault, share, trainedAt, freshness, metrics, measuredOn } = run;
  const words = cardWords(Object.keys(metrics ?? {})[0], measuredOn);
  return (
    <article class="card run-card">
      <header>
        <h3>
          <Link href={runPage(name)} class="covers">
            {name}
          </Link>
        </h3>
        {share !== undefined && <span class="chip numbers">{percent(share)} of requests</span>}
        {isDefault && <span class="chip accent">default</span>}
      </header>
      <p class="soft small">
        {system} {preset} on {dataset.name}: {count(counts.users)} users, {count(counts.items)} items,{" "}
        {count(counts.interactions)} interactions
      </p>
      <dl class="figures">
        {headlines(metrics).map(([what, { value, low, high }]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd class="numbers">
              {plain(value, 4)}
              {low !== undefined && high !== undefined && (
                <span class="faint small">
                  {" "}
                  {plain(low, 4)}–{plain(high, 4)}
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {words !== undefined && <p class="soft small">{words}</p>}
      <p class="faint small">
        Trained {atTime(trainedAt)}.{" "}
        {freshness.eventsSince === 0 ? "No events since." : `${count(freshness.eventsSince)} events since.`}
      </p>
    </article>
  );
}

type Measured = NonNullable<RunSummary["metrics"]>[string][string];

/** HR@10 and NDCG@10 of the first question, with their intervals. */
function headlines(metrics: RunSummary["metrics"]): readonly (readonly [string, Measured])[] {
  const first = Object.values(metrics ?? {})[0];
  if (first === undefined) return [];
  return ["HR@10", "NDCG@10"].flatMap((name) => (first[name] === undefined ? [] : [[name, first[name]] as const]));
}
