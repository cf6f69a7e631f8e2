// One chain: what was told of its subject, its texts with what can be done to each, what is wrong with them by rule, what
// they took, how asking goes, and what was changed before.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import type { Chain, Chains } from "../../../../src/client/index.ts";
import { itemPage, userPage } from "../../asking/addresses.ts";
import { Icon } from "../../showing/icon.tsx";
import { STEPS } from "../../showing/text-steps.tsx";
import { writtenWords } from "../../showing/written-words.ts";
import { Asked, AskingState } from "./asked.tsx";
import { ChangeForm } from "./change-form.tsx";
import { type Change, ORDER, type Step } from "./changes.ts";
import { Missed } from "./missed.tsx";
import { Revisions } from "./revisions.tsx";

export function ChainCard({
  subject,
  chain,
  isFixed,
  onChanged,
}: {
  readonly subject: Chains["subject"];
  readonly chain: Chain;
  readonly isFixed: boolean;
  readonly onChanged: () => void;
}): JSX.Element {
  const { id, title = id, texts, data, missed, asked, asking, revisions } = chain;
  const [change, setChange] = useState<Change>();
  const leave = () => setChange(undefined);
  const done = () => {
    leave();
    onChanged();
  };
  const isBusy = asking?.state === "asking";
  const canChange = !isFixed && !isBusy;
  return (
    <article class="chain" aria-label={`Texts about ${title}`} aria-busy={isBusy}>
      <div class="chain-head">
        <h2>
          <Link class="item-link" href={subject === "item" ? itemPage(id) : userPage(id)}>
            {title}
          </Link>
        </h2>
        {canChange && (
          <button type="button" class="button" onClick={() => setChange({ kind: "ask", from: "positive" })}>
            <Icon name="again" size={16} /> Ask again
          </button>
        )}
      </div>
      <div class={data === undefined ? undefined : "chain-beside"}>
        {data !== undefined && (
          <section class="told" aria-label={`What was told of ${title}`}>
            <h3>{subject === "item" ? "The item, as it was told" : "The history, as it was told"}</h3>
            <pre>{data}</pre>
          </section>
        )}
        <ol class="steps">
          {ORDER.map((step, at) => (
            <li key={step} class={isAskedFor(step, chain) ? "step is-asked" : "step"}>
              <div class="step-head">
                <h3>{STEPS[subject][at]}</h3>
                {canChange && <StepTools subject={subject} step={step} onChange={setChange} />}
              </div>
              <p>{texts[step]}</p>
            </li>
          ))}
        </ol>
      </div>
      <Missed missed={missed} />
      {change !== undefined && (
        <ChangeForm
          key={`${change.kind} ${change.kind === "edit" ? `${change.step} ${change.text}` : change.from}`}
          subject={subject}
          chain={chain}
          change={change}
          onDone={done}
          onLeave={leave}
        />
      )}
      <AskingState asking={asking} subject={subject} />
      <p class="faint small numbers">
        {writtenWords(texts)} <Asked asked={asked} />
      </p>
      <Revisions
        subject={subject}
        revisions={revisions}
        onPutBack={canChange ? (step, text) => setChange({ kind: "edit", step, text }) : undefined}
      />
    </article>
  );
}

function StepTools({
  subject,
  step,
  onChange,
}: {
  readonly subject: Chains["subject"];
  readonly step: Step;
  readonly onChange: (change: Change) => void;
}): JSX.Element {
  const name = STEPS[subject][ORDER.indexOf(step)];
  return (
    <span class="step-tools">
      <button
        type="button"
        class="icon-button"
        aria-label={`Edit "${name}"`}
        title="Edit"
        onClick={() => onChange({ kind: "edit", step })}
      >
        <Icon name="edit" size={16} />
      </button>
      {step !== "positive" && (
        <button
          type="button"
          class="icon-button"
          aria-label={`Ask again from "${name}" on`}
          title="Ask again from here on"
          onClick={() => onChange({ kind: "ask", from: step })}
        >
          <Icon name="again" size={16} />
        </button>
      )}
    </span>
  );
}

const isAskedFor = (step: Step, { asking }: Chain): boolean => asking?.state === "asking" && asking.step === step;
