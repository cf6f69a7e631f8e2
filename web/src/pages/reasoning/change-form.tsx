// The form that changes a chain: the words of one text, or asking for its texts again; and under which name.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Chain, Chains } from "../../../../src/client/index.ts";
import { ofChosenRun } from "../../asking/chosen-run.ts";
import { editorName, rememberName } from "../../asking/editor-name.ts";
import { call, type Refusal, refusalOf } from "../../asking/server.ts";
import { counted } from "../../showing/numbers.ts";
import { Failed } from "../../showing/states.tsx";
import { STEPS } from "../../showing/text-steps.tsx";
import { type Change, ORDER, type Step } from "./changes.ts";

const MAX_LETTERS = 5000;

export interface ChangeFormProps {
  readonly subject: Chains["subject"];
  readonly chain: Chain;
  readonly change: Change;
  readonly onDone: () => void;
  readonly onLeave: () => void;
}

export function ChangeForm({ subject, chain, change, onDone, onLeave }: ChangeFormProps): JSX.Element {
  const isEdit = change.kind === "edit";
  const step = isEdit ? change.step : change.from;
  // The text that was there when somebody began to change it: the chain itself may be read anew meanwhile, and a text
  // that another wrote since must not pass for the one that is replaced.
  const [former] = useState(chain.texts[step]);
  const [text, setText] = useState((isEdit ? change.text : undefined) ?? former);
  const [refusal, setRefusal] = useState<Refusal>();
  const [isSending, setSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("textarea, input")?.focus(), []);
  const by = editorName.value;
  const name = STEPS[subject][ORDER.indexOf(step)]!;
  const send = (event: Event) => {
    event.preventDefault();
    setSending(true);
    const place = { subject, id: chain.id, by: by.trim() };
    const sent = isEdit
      ? call("editChain", ofChosenRun("editChain", { ...place, step, text, former }))
      : call("askChain", ofChosenRun("askChain", { ...place, from: step }));
    sent.then(onDone, (error: unknown) => {
      setSending(false);
      setRefusal(refusalOf(error));
    });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") onLeave();
  };
  return (
    <>
      <form
        ref={form}
        class="card change-form"
        aria-label={isEdit ? `Edit "${name}"` : "Ask again"}
        onSubmit={send}
        onKeyDown={onKey}
      >
        {isEdit ? (
          <label class="field">
            <span>{name}</span>
            <textarea
              rows={4}
              required
              maxLength={MAX_LETTERS}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
        ) : (
          <p class="soft">{askingWords(change.from, subject)}</p>
        )}
        <div class="change-foot">
          <label class="field">
            <span>Your name, for the record of changes</span>
            <input
              type="text"
              required
              maxLength={100}
              autocomplete="name"
              value={by}
              onInput={(event) => rememberName(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button strong" disabled={isSending}>
            {isEdit ? "Save" : "Ask"}
          </button>
          <button type="button" class="button" onClick={onLeave}>
            Cancel
          </button>
        </div>
      </form>
      {refusal !== undefined && <Failed refusal={refusal} />}
    </>
  );
}

function askingWords(from: Step, subject: Chains["subject"]): string {
  const place = ORDER.indexOf(from);
  const questions = counted(ORDER.length - place, "question");
  const kept = STEPS[subject].slice(0, place).map((name) => `"${name}"`);
  const told =
    kept.length === 0
      ? ""
      : ` ${kept.join(" and ")} ${kept.length === 1 ? "stays" : "stay"} and ${kept.length === 1 ? "is" : "are"} told with the question.`;
  return `Puts ${questions} to whoever wrote these texts, with the settings of then.${told} Only a whole answer is kept.`;
}
