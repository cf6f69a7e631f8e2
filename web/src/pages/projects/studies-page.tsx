// Studies that lie beside the runs: many systems, tuned and measured alike.
import type { JSX } from "preact";
import { Link } from "wouter-preact";
import { studyPage } from "../../asking/addresses.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { Page } from "../../showing/page.tsx";
import { Empty, Shown, Skeleton } from "../../showing/states.tsx";

const NONE = (
  <Empty title="No study beside these runs" command="isrf study compare --config study.yaml --out STUDY">
    A study tunes, trains and measures many systems from one settings file. Its results show here when its folder lies
    beside a served run.
  </Empty>
);

export function StudiesPage(): JSX.Element {
  const answer = useAnswer("projects", {});
  return (
    <Page title="Studies" about="Many systems, tuned, trained and measured alike.">
      <Shown answer={answer} waiting={<Skeleton rows={2} tall={90} />} missing={NONE}>
        {({ studies }) =>
          studies.length === 0 ? (
            NONE
          ) : (
            <ul class="cards">
              {studies.map(({ name, directory }) => (
                <li key={name} class="card run-card">
                  <h3>
                    <Link class="covers" href={studyPage(name)}>
                      {name}
                    </Link>
                  </h3>
                  <p class="faint small">{directory}</p>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </Page>
  );
}
