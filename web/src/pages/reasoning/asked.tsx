// What texts took, and how asking for them again goes.
import type { JSX } from "preact";
import type { Chain, Chains } from "../../../../src/client/index.ts";
import { counted, plain } from "../../showing/numbers.ts";
import { STEPS } from "../../showing/text-steps.tsx";
import { ORDER } from "./changes.ts";

/** Calls, tokens, seconds, and what went wrong on the way. */
export function Asked({ asked }: { readonly asked: Chain["asked"] }): JSX.Element | null {
  if (asked === undefined) return null;
  const { calls, failed, promptTokens, cachedTokens = 0, completionTokens, seconds, flaws } = asked;
  return (
    <>
      {counted(calls, "call")}, {counted(promptTokens + completionTokens, "token")}
      {cachedTokens > 0 && ` (${plain(cachedTokens, 0)} of them from the server's cache)`}, {plain(seconds, 1)} s.
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
    </>
  );
}

export function AskingState({
  asking,
  subject,
}: {
  readonly asking: Chain["asking"];
  readonly subject: Chains["subject"];
}): JSX.Element | null {
  if (asking === undefined) return null;
  const { state, step, writer, changed = [], failure } = asking;
  if (state === "failed") {
    return (
      <p class="note bad" role="alert">
        Asked again without success; the texts are as they were. {failure}
      </p>
    );
  }
  if (state === "done") {
    const others = changed.map((one) => `"${STEPS[subject][ORDER.indexOf(one)]}"`).join(", ");
    return (
      <p class="note good" role="status">
        {changed.length === 0 ? "Asked again: the same words came back." : `Asked again; changed: ${others}.`}
      </p>
    );
  }
  const question = step === undefined ? "" : ` for "${STEPS[subject][ORDER.indexOf(step)]}"`;
  return (
    <p class="note asking" role="status">
      <span class="turning" aria-hidden="true" /> Asking {writer ?? "whoever wrote them"}
      {question}…
    </p>
  );
}
