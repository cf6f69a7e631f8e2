// The terms of the score as switches: what they are, in which colour they are drawn, and whether they may speak.
import type { JSX } from "preact";
import { TermSign, termSaid } from "../../showing/terms.tsx";
import type { WhatIfControl } from "./what-if.ts";

export function Witnesses({
  terms,
  whatIf,
}: {
  readonly terms: readonly string[];
  readonly whatIf: WhatIfControl;
}): JSX.Element {
  const speaking = terms.filter((term) => !whatIf.has("without", term)).length;
  return (
    <fieldset class="witnesses">
      <legend class="small soft">Terms of the score. Switch one off to hear the others alone.</legend>
      {terms.map((term) => {
        const isSilent = whatIf.has("without", term);
        return (
          <button
            key={term}
            type="button"
            role="switch"
            class="witness"
            aria-checked={!isSilent}
            disabled={!isSilent && speaking === 1}
            title={termSaid(term)}
            onClick={() => whatIf.toggle("without", term)}
          >
            <TermSign term={term} />
            {term}
          </button>
        );
      })}
    </fieldset>
  );
}
