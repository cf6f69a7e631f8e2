// What was changed of a chain: who, when, and the words that stood there before.
import type { JSX } from "preact";
import type { Chain, Chains } from "../../../../src/client/index.ts";
import { atTime, counted } from "../../showing/numbers.ts";
import { STEPS } from "../../showing/text-steps.tsx";
import { ORDER, type Step } from "./changes.ts";

export function Revisions({
  subject,
  revisions,
  onPutBack,
}: {
  readonly subject: Chains["subject"];
  readonly revisions: Chain["revisions"];
  readonly onPutBack: ((step: Step, text: string) => void) | undefined;
}): JSX.Element | null {
  if (revisions.length === 0) return null;
  return (
    <details class="revisions">
      <summary>{counted(revisions.length, "change")}</summary>
      <ol class="rows">
        {revisions.map(({ step, how, by, writer, at, former, stands }) => (
          <li key={`${at} ${step}`} class="revision">
            <p class="small">
              <strong>{STEPS[subject][ORDER.indexOf(step)]}</strong> {how} by {by}
              {writer !== undefined && `, written by ${writer}`}, <time dateTime={at}>{atTime(at)}</time>{" "}
              {!stands && <span class="chip">stands no longer</span>}
            </p>
            <p class="former small">{former}</p>
            {stands && onPutBack !== undefined && former !== "" && (
              <button type="button" class="button" onClick={() => onPutBack(step, former)}>
                Put back
              </button>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}
