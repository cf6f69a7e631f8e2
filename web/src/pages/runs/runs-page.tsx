// All runs that are served: side by side in their metrics, in what came of their answers, and in their options.
import type { JSX } from "preact";
import { Link } from "wouter-preact";
import type { RunSummary } from "../../../../src/client/index.ts";
import { runPage } from "../../asking/addresses.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { Page, Section } from "../../showing/page.tsx";
import { Empty, Shown, Skeleton } from "../../showing/states.tsx";
import { Attribution } from "./attribution.tsx";
import { Differences } from "./differences.tsx";
import { sharedItemWords } from "./measured-on.ts";
import { Measures } from "./measures.tsx";
import { RunCards } from "./run-cards.tsx";
import { Trainings } from "./trainings.tsx";

export function RunsPage(): JSX.Element {
  const answer = useAnswer("runs", {});
  return (
    <Page
      title="Runs"
      about="What was measured on each run, what came of its answers, and how they were trained apart."
    >
      <Section name="served" title="Served here" beside={<Link href="/compare">Side by side on one user</Link>}>
        <RunCards />
      </Section>
      <Trainings />
      <Shown answer={answer} waiting={<Skeleton rows={3} tall={120} />}>
        {({ runs }) => (
          <>
            <Measured runs={runs} />
            <Attribution />
            {runs.length > 1 && <Differences names={runs.map(({ name }) => name)} />}
          </>
        )}
      </Shown>
    </Page>
  );
}

function Measured({ runs }: { readonly runs: readonly RunSummary[] }): JSX.Element {
  const evaluated = runs.filter(({ metrics }) => metrics !== undefined);
  const questions = [...new Set(evaluated.flatMap(({ metrics }) => Object.keys(metrics!)))];
  if (evaluated.length === 0) {
    return (
      <Section name="metrics" title="Metrics">
        <Empty title="Nothing was measured yet" command="isrf evaluate RUN">
          A stored evaluation shows here, with the intervals of its metrics.
        </Empty>
      </Section>
    );
  }
  const sets = questions.map((question) => ({
    question,
    systems: evaluated.flatMap(({ name, metrics }) => {
      const measured = metrics![question];
      return measured === undefined ? [] : [{ key: name, name: <Link href={runPage(name)}>{name}</Link>, measured }];
    }),
  }));
  return (
    <Section
      name="metrics"
      title="Metrics"
      note={`${sharedItemWords(evaluated)}; the line is the 95 % interval over users.`}
    >
      <Measures sets={sets} />
    </Section>
  );
}
