// What checks by rule find wrong with the texts as they stand. They see form and words, not truth.
import type { JSX } from "preact";
import type { Chain } from "../../../../src/client/index.ts";

export function Missed({ missed }: { readonly missed: Chain["missed"] }): JSX.Element | null {
  if (missed === undefined) return null;
  if (missed.length === 0) return <p class="missed faint small">Checks by rule find nothing to blame.</p>;
  return (
    <ul class="missed small" aria-label="What checks by rule find wrong">
      {missed.map(({ check, expected }) => (
        <li key={check}>
          <span class="chip warn">not {check}</span> <span class="soft">expected: {expected}</span>
        </li>
      ))}
    </ul>
  );
}
