// Texts that were reasoned, in the chains in which they were written.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import type { Chains } from "../../../../src/client/index.ts";
import { itemPage, userPage } from "../../asking/addresses.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { Choice } from "../../showing/choice.tsx";
import { counted, plain } from "../../showing/numbers.ts";
import { Page } from "../../showing/page.tsx";
import { Pager } from "../../showing/pager.tsx";
import { Empty, Shown, Skeleton } from "../../showing/states.tsx";
import { TextSteps } from "../../showing/text-steps.tsx";

type Subject = Chains["subject"];
const SUBJECTS: readonly { readonly value: Subject; readonly name: string }[] = [
  { value: "item", name: "Items" },
  { value: "user", name: "Users" },
];
const SHOWN = 8;

const NONE = (
  <Empty title="Nothing was reasoned" command="isrf reason DATASET">
    Reasoning writes three texts about every item and user: whom it pleases, whom it does not, and the core.
  </Empty>
);

export function ReasoningPage(): JSX.Element {
  const [subject, setSubject] = useState<Subject>("item");
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const answer = useAnswer("chains", { subject, limit: SHOWN, cursor: cursors.at(-1) });
  return (
    <Page title="Reasoning" about="Three texts about each item and user, every one conditioned on those before it.">
      <div class="above-list">
        <Choice
          label="Texts about"
          options={SUBJECTS}
          value={subject}
          onChoose={(chosen) => {
            setSubject(chosen);
            setCursors([]);
          }}
        />
      </div>
      <Shown answer={answer} waiting={<Skeleton rows={4} tall={220} />} missing={NONE}>
        {({ chains, total, nextCursor, subject: shown }, isOld) =>
          chains.length === 0 ? (
            NONE
          ) : (
            <div class={isOld ? "is-old" : undefined}>
              <p class="faint small above-list">{counted(total, "chain")}</p>
              {chains.map((chain) => (
                <article key={chain.id} class="chain">
                  <h2>
                    <Link class="item-link" href={shown === "item" ? itemPage(chain.id) : userPage(chain.id)}>
                      {chain.title ?? chain.id}
                    </Link>
                  </h2>
                  <TextSteps texts={chain.texts} of={shown} />
                  <Asked asked={chain.asked} />
                </article>
              ))}
              <Pager cursors={cursors} next={nextCursor} total={total} perPage={SHOWN} onTurn={setCursors} />
            </div>
          )
        }
      </Shown>
    </Page>
  );
}

/** What the texts took, and what went wrong on the way. */
function Asked({ asked }: { readonly asked: Chains["chains"][number]["asked"] }): JSX.Element | null {
  if (asked === undefined) return null;
  const { calls, failed, promptTokens, completionTokens, seconds, flaws } = asked;
  return (
    <p class="faint small numbers">
      {counted(calls, "call")}, {counted(promptTokens + completionTokens, "token")}, {plain(seconds, 1)} s.
      {failed > 0 && (
        <>
          {" "}
          <span class="chip bad">{counted(failed, "question")} never answered</span>
        </>
      )}
      {flaws.length > 0 && (
        <>
          {" "}
          <span class="chip warn">asked again: {flaws.join(", ")}</span>
        </>
      )}
    </p>
  );
}
