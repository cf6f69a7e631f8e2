// What a term says of an item, in one sentence. Counts are told as they are; which way they count is told apart from
// them, because a weight may be below 0.
import type { ExplainedTerm, TermEvidence } from "./explanation.ts";

type Unworded = Omit<ExplainedTerm, "says">;

/** Things of the history that a sentence names. */
const NAMED = 2;
/** Less is shown as 0.00. */
const NEXT_TO_NOTHING = 0.005;

/** Sentences of the terms that bring figures; of others the direction is all that is known. */
const WORDS: Readonly<Record<string, (term: Unworded) => string>> = {
  sequence: (term) => spoken("what comes next after this history", term, (names) => `most of all ${names}`),
  individual: (term) => spoken("the user's own interest", term, (names) => `near to it: ${names}`),
  text: (term) => spoken("its text beside those of the history", term, (names) => `nearest: ${names}`),
  nearest: (term) => spoken("the most similar text among the last five items", term, (names) => `nearest: ${names}`),
  generator: (term) => spoken("what the language model writes", term),
  neighbours,
  group,
  new: (term) => `new items are put forward, which ${direction(term)} it`,
  popularity: (term) => `${term.people} people took it, which ${direction(term)} it`,
};

export function termWords(term: Unworded): string {
  return (WORDS[term.name] ?? ((other) => spoken(other.describes, other)))(term);
}

/** Whether the group holds the item more often than everybody, and that speaks for it. */
export function isGroupSupport({ name, ahead, group: counts }: Unworded): boolean {
  return name === "group" && ahead > 0 && counts !== undefined && counts.holders > counts.expected;
}

/** Whether it may be told where a term's word comes from: only under what speaks for the item. */
export function namesSources(term: Unworded): boolean {
  if (term.name === "group") return isGroupSupport(term);
  return term.name === "neighbours" || term.ahead >= NEXT_TO_NOTHING;
}

function spoken(subject: string, term: Unworded, naming?: (names: string) => string): string {
  const names = namesOf(term.behind);
  const named = naming === undefined || names === "" ? "" : `; ${naming(names)}`;
  return `${subject} ${direction(term)} it${named}`;
}

function neighbours(term: Unworded): string {
  const names = namesOf(term.behind);
  if (names === "") return `not among what is most often taken close to what the user has${unlike(term, false)}`;
  return `taken together with ${names}, which the user has${unlike(term, true)}`;
}

function group(term: Unworded): string {
  if (term.group === undefined) return `who is like somebody new is not known, which ${direction(term)} it`;
  const { neighbours: users, holders, expected } = term.group;
  const isMore = holders > expected;
  const count = `${holders} of ${users} similar users have it (${expected.toFixed(1)} expected)`;
  return `${count}${isMore ? "" : ": no more than of all users"}${unlike(term, isMore)}`;
}

/** Said where a term counts the other way round than its figures would make one think. */
function unlike({ ahead }: Unworded, isFor: boolean): string {
  if (ahead === 0 || ahead > 0 === isFor) return "";
  return isFor ? "; here this counts against it" : "; here this counts for it";
}

function direction({ ahead }: Unworded): string {
  if (ahead === 0) return "says nothing of";
  if (Math.abs(ahead) < NEXT_TO_NOTHING) return "says next to nothing of";
  return ahead > 0 ? "speaks for" : "speaks against";
}

function namesOf(behind: readonly TermEvidence[]): string {
  const names = behind.flatMap((one) => (one.kind === "item" ? [one.item.title] : []));
  return names.slice(0, NAMED).join(" and ");
}
