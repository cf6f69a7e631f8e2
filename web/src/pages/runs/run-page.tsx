// One run: what it is, how its training went, what was measured beside yardsticks, its options.
import type { JSX } from "preact";
import { Link } from "wouter-preact";
import type { Run } from "../../../../src/client/index.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { atTime, count, counted, percent, plain } from "../../showing/numbers.ts";
import { Page, Section } from "../../showing/page.tsx";
import { Empty, Shown, Skeleton } from "../../showing/states.tsx";
import { TermSign, termClass, termSaid } from "../../showing/terms.tsx";
import { Curves } from "./curves.tsx";
import { optionWords } from "./differences.tsx";
import { sharedItemWords } from "./measured-on.ts";
import { Measures } from "./measures.tsx";

export function RunPage({ name }: { readonly name: string }): JSX.Element {
  const answer = useAnswer("run", { name });
  return (
    <Page
      title={name}
      kind={<Link href="/runs">Runs</Link>}
      about={answer.kind === "here" ? <Facts run={answer.value} /> : <span>&nbsp;</span>}
    >
      <Shown answer={answer} waiting={<Skeleton rows={4} tall={140} />} missing={<NotServed name={name} />}>
        {(run) => (
          <>
            <Evaluation run={run} />
            <Section name="curves" title="Training" note="What was measured step by step.">
              <Curves name={name} />
            </Section>
            <Weights weights={run.weights} />
            <Options options={run.options} />
          </>
        )}
      </Shown>
    </Page>
  );
}

/** A run beside the served ones, such as one that is being trained: its curves alone can be looked at. */
function NotServed({ name }: { readonly name: string }): JSX.Element {
  const answer = useAnswer("projects", {});
  return (
    <Shown answer={answer} waiting={<Skeleton rows={2} tall={140} />}>
      {({ trainings }) => {
        const found = trainings.find((one) => one.name === name);
        if (found === undefined)
          return <Empty title="No run has this name">Neither served, nor beside those that are.</Empty>;
        return (
          <>
            <p class="note soft above-list">
              This run lies beside the served ones and answers nothing here. Once it is trained:{" "}
              <code>isrf serve {found.directory}</code>
            </p>
            <Section name="curves" title="Training" note="What was measured step by step.">
              <Curves name={name} />
            </Section>
          </>
        );
      }}
    </Shown>
  );
}

function Facts({ run }: { readonly run: Run }): JSX.Element {
  const { system, preset, dataset, counts, trainedAt, freshness, isDefault, share, modelVersion, status } = run;
  return (
    <>
      <ul class="facts">
        <li>
          {system} {preset}
        </li>
        <li>{dataset.name}</li>
        <li class="numbers">
          {count(counts.users)} users, {count(counts.items)} items, {count(counts.interactions)} interactions
        </li>
        {isDefault && <li class="chip accent">default</li>}
        {share !== undefined && <li class="chip numbers">{percent(share)} of requests</li>}
        {status !== "ready" && <li class="chip warn">{status}</li>}
      </ul>
      <p class="small faint">
        Trained {atTime(trainedAt)}; model <code>{modelVersion.slice(0, 12)}</code>;{" "}
        {freshness.eventsSince === 0 ? "no events" : counted(freshness.eventsSince, "event")} since
      </p>
    </>
  );
}

function Evaluation({ run }: { readonly run: Run }): JSX.Element {
  const sets = (run.evaluation ?? []).map(({ questions, systems }) => ({
    question: questions,
    systems: systems.map(({ name, metrics }) => ({
      key: name,
      name,
      measured: metrics,
      isOwn: name === run.system,
    })),
  }));
  return (
    <Section
      name="metrics"
      title="Measured"
      note={`${sharedItemWords([run])}; beside systems that need no training, with 95 % intervals.`}
    >
      {sets.length === 0 ? (
        <Empty title="Nothing was measured yet" command={`isrf evaluate ${run.directory}`} />
      ) : (
        <Measures sets={sets} />
      )}
    </Section>
  );
}

function Weights({ weights = [] }: { readonly weights: Run["weights"] }): JSX.Element | null {
  if (weights.length === 0) return null;
  const most = Math.max(...weights.map(({ weight }) => Math.abs(weight)));
  return (
    <Section
      name="weights"
      title="What it makes of its terms"
      note="Weights that the model learnt; the same on every request."
    >
      <ul class="shares card">
        {weights.map(({ term, weight }) => (
          <li key={term} class={`share ${termClass(term)}`}>
            <span class="with-term">
              <TermSign term={term} /> {term} <span class="faint small">{termSaid(term)}</span>
            </span>
            <span class="numbers">{plain(weight, 3)}</span>
            <span class="share-track" aria-hidden="true">
              <span class="share-bar of-term" style={{ width: `${(Math.abs(weight) / (most || 1)) * 100}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Options({ options }: { readonly options: Run["options"] }): JSX.Element {
  const named = Object.entries(options);
  return (
    <Section
      name="options"
      title="Options"
      note={
        <>
          {named.length} of them, as it was trained; <code>isrf models NAME</code> says what each does.
        </>
      }
    >
      <details class="card">
        <summary>Show all</summary>
        <dl class="pairs two-wide">
          {named.map(([name, value]) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd class="numbers">{optionWords(value)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </Section>
  );
}
