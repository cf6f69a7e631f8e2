// Reasoned texts in the order in which they were written.
import type { JSX } from "preact";
import { Link } from "wouter-preact";
import type { Texts } from "../../../src/client/index.ts";
import { chainPage } from "../asking/addresses.ts";
import { Empty } from "./states.tsx";
import { writtenWords } from "./written-words.ts";

export const STEPS = {
  user: ["What pleases", "What does not", "At the core"],
  item: ["Whom it pleases", "Whom it does not", "At its core"],
} as const;

export function TextSteps({
  texts,
  of,
  id,
}: {
  readonly texts: Texts | undefined;
  readonly of: "user" | "item";
  readonly id: string;
}): JSX.Element {
  if (texts === undefined) {
    return (
      <Empty title="No texts" command="isrf reason DATASET">
        Nothing was reasoned about this {of}.
      </Empty>
    );
  }
  const written = [texts.positive, texts.negative, texts.feature];
  return (
    <>
      <ol class="steps">
        {written.map((text, step) => (
          <li key={STEPS[of][step]} class="step">
            <h3>{STEPS[of][step]}</h3>
            <p>{text}</p>
          </li>
        ))}
      </ol>
      <div class="steps-foot faint small">
        <p>{writtenWords(texts)}</p>
        <Link class="quiet-link" href={chainPage(of, id)}>
          Edit, or ask again
        </Link>
      </div>
    </>
  );
}
