// Runs beside the served ones: those that are being trained, whose curves grow, and others.
import type { JSX } from "preact";
import { Link } from "wouter-preact";
import { runPage } from "../../asking/addresses.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { Section } from "../../showing/page.tsx";

export function Trainings(): JSX.Element | null {
  const answer = useAnswer("projects", {});
  if (answer.kind !== "here" || answer.value.trainings.length === 0) return null;
  return (
    <Section
      name="beside"
      title="Beside these"
      note="Runs in the same folders that are not served: their training curves."
    >
      <ul class="card rows">
        {answer.value.trainings.map(({ name, directory, running }) => (
          <li key={directory} class="row">
            <span class="grows min-0 item-lines">
              <span class="one-line">
                <Link class="item-link" href={runPage(name)}>
                  {name}
                </Link>
              </span>
              <span class="one-line faint small">{directory}</span>
            </span>
            {running && (
              <span class="chip good">
                <span class="live-dot" /> training runs
              </span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
