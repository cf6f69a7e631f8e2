// What there is to say about an answer, beside the answer.
import type { RankedList } from "../../recommenders/recommender.ts";
import type { Person } from "./people.ts";
import type { Fallback } from "./recommendations.ts";

export interface Noted {
  readonly person: Pick<Person, "userIndex" | "note">;
  readonly system: string;
  readonly fallback: Fallback | undefined;
  readonly list: RankedList | undefined;
  /** Items that the list could hold. */
  readonly wanted: number;
}

/** In sentences; undefined where there is nothing to say. */
export function noteOf(noted: Noted): string | undefined {
  const said = [personNote(noted), shortNote(noted)].filter((note) => note !== undefined);
  return said.length === 0 ? undefined : said.join(" ");
}

/** A model that answers somebody whom it never saw says so; a fallback is named beside. */
function personNote({ person: { userIndex, note }, system, fallback }: Noted): string | undefined {
  if (userIndex !== undefined || fallback !== undefined) return note;
  const own = `Training knew nothing of this user: ${system} answers from the history alone.`;
  return note === undefined ? own : `${note} ${own}`;
}

/** Why a list is shorter than it might be: who writes freely writes what is no item, too. */
function shortNote({ system, list, wanted }: Noted): string | undefined {
  if (list?.generated === undefined || list.items.length >= wanted) return undefined;
  const { generated, items } = list;
  const named = items.length === 1 ? "1 names" : `${items.length} name`;
  return `${system} writes freely (decoding=free): of the ${generated.length} texts that it wrote, ${named} an item that may be recommended.`;
}
