// What came of recommendations, once clicks and purchases are sent back with their ids.
import type { JSX } from "preact";
import { useAnswer } from "../../asking/use-answer.ts";
import { IntervalPlot } from "../../showing/interval-plot.tsx";
import { count, counted } from "../../showing/numbers.ts";
import { Section } from "../../showing/page.tsx";
import { Empty, Shown, Skeleton } from "../../showing/states.tsx";

export function Attribution(): JSX.Element {
  const answer = useAnswer("attribution", { by: "run" });
  const empty = (
    <Empty title="Nothing came back yet" command="POST /v1/events">
      Send clicks and purchases with the recommendationId of their answer, and each run's rates show here.
    </Empty>
  );
  return (
    <Section name="attribution" title="What came of it" note="Share of answers with a click or a purchase, by run.">
      <Shown answer={answer} waiting={<Skeleton rows={1} tall={140} />} missing={empty}>
        {({ groups, pairs }) =>
          groups.length === 0 ? (
            empty
          ) : (
            <div class="two-columns">
              {(["clickRate", "purchaseRate"] as const).map((rate) => (
                <div class="card" key={rate}>
                  <h3>{rate === "clickRate" ? "Answers with a click" : "Answers with a purchase"}</h3>
                  <IntervalPlot
                    label={rate === "clickRate" ? "Click rate" : "Purchase rate"}
                    rows={[
                      ...groups.map((group) => ({ key: group.name, name: group.name, ...group[rate] })),
                      ...pairs.map((pair) => ({
                        key: `${pair.a} ${pair.b}`,
                        name: `${pair.a} − ${pair.b}`,
                        ...pair[rate],
                      })),
                    ]}
                  />
                  <p class="faint small">
                    {groups
                      .map(
                        ({ name, answers, shown }) => `${name}: ${counted(answers, "answer")}, ${count(shown)} items`,
                      )
                      .join("; ")}
                    .
                  </p>
                </div>
              ))}
            </div>
          )
        }
      </Shown>
    </Section>
  );
}
