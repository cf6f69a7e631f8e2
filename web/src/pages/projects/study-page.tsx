// One study: systems side by side in every metric, what was tried on validation items, and what training cost.
import type { JSX } from "preact";
import { Link } from "wouter-preact";
import { useAnswer } from "../../asking/use-answer.ts";
import { counted, plain } from "../../showing/numbers.ts";
import { Page, Section } from "../../showing/page.tsx";
import { Empty, Shown, Skeleton } from "../../showing/states.tsx";
import { numberAt, recordAt, recordsAt, type Stored, wordsAt } from "../../showing/stored.ts";
import { Measures } from "../runs/measures.tsx";
import { comparedSets, spreadWords } from "./compared-sets.ts";

export function StudyPage({ name }: { readonly name: string }): JSX.Element {
  const answer = useAnswer("study", { name });
  return (
    <Page title={name} kind={<Link href="/studies">Studies</Link>}>
      <Shown
        answer={answer}
        waiting={<Skeleton rows={3} tall={200} />}
        missing={<Empty title="No such study" command="isrf study compare --config study.yaml" />}
      >
        {({ results }) => <Results results={results} />}
      </Shown>
    </Page>
  );
}

function Results({ results }: { readonly results: Stored }): JSX.Element {
  const study = recordAt(results, "study") ?? results;
  const comparison = recordAt(results, "comparison") ?? results;
  const sets = comparedSets(comparison);
  const spread = spreadWords(sets);
  const command = wordsAt(study, "command");
  const datasets = recordsAt(study, "datasets");
  return (
    <>
      <p class="soft">
        {datasets.map((one) => `${wordsAt(one, "name")}: ${counted(numberAt(one, "users") ?? 0, "user")}`).join("; ")}
        {study.complete === false && " Not complete yet: the same command goes on."}
      </p>
      {command !== undefined && (
        <p class="study-command">
          <code class="command">{command}</code>
        </p>
      )}
      <Section
        name="metrics"
        title="Metrics"
        note={sets.length === 0 ? undefined : `Means over seeds, where there are several; ${spread}.`}
      >
        {sets.length === 0 ? (
          <Empty title="Nothing was compared yet" command={command} />
        ) : (
          <Measures sets={sets} spread={spread} />
        )}
      </Section>
      <Trainings cells={recordsAt(study, "cells")} />
    </>
  );
}

function Trainings({ cells }: { readonly cells: readonly Stored[] }): JSX.Element | null {
  if (cells.length === 0) return null;
  return (
    <Section name="trainings" title="Trainings" note={counted(cells.length, "finished training")}>
      <details class="card">
        <summary>Show all</summary>
        <div class="scrolls">
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">System</th>
                <th scope="col">Seed</th>
                <th scope="col">Settings over the preset's</th>
                <th scope="col" class="number">
                  Validation
                </th>
                <th scope="col" class="number">
                  Seconds
                </th>
              </tr>
            </thead>
            <tbody>
              {cells.map((cell) => (
                <tr key={wordsAt(cell, "id")}>
                  <th scope="row">{wordsAt(cell, "label")}</th>
                  <td class="numbers">{numberAt(cell, "seed")}</td>
                  <td class="small">{settingsWords(recordAt(cell, "settings"))}</td>
                  <td class="number">{figure(recordAt(cell, "training"), "bestScore", 4)}</td>
                  <td class="number">{figure(recordAt(cell, "training"), "seconds", 0)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </Section>
  );
}

function settingsWords(settings: Stored = {}): string {
  const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return words.join(", ") || "none";
}

function figure(record: Stored | undefined, name: string, digits: number): string {
  const value = numberAt(record, name);
  return value === undefined ? "–" : plain(value, digits);
}
