// The terms of a score: one colour and one sign each, the same on every page.
import type { JSX } from "preact";
import { Icon, isIcon } from "./icon.tsx";

const KNOWN = ["sequence", "individual", "group", "neighbours", "text", "nearest", "generator", "popularity"] as const;

const SAID: Readonly<Record<string, string>> = {
  sequence: "what comes next after this history",
  individual: "the user's own interest",
  group: "users who are like this one",
  neighbours: "what is taken together",
  text: "texts that are near those of the history",
  nearest: "the most similar of the last items",
  generator: "what the language model writes",
  popularity: "how many people took it",
};

/** A name for classes in style sheets; terms that are not known here share the last colour. */
export function termClass(term: string): string {
  return `term-${(KNOWN as readonly string[]).includes(term) ? term : "popularity"}`;
}

export const termSaid = (term: string): string | undefined => SAID[term];

export function TermSign({
  term,
  size = 13,
}: {
  readonly term: string;
  readonly size?: number | undefined;
}): JSX.Element {
  return (
    <span class={`term-sign ${termClass(term)}`} aria-hidden="true">
      {isIcon(term) && <Icon name={term} size={size} />}
    </span>
  );
}
