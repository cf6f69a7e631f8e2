// Facts about items that stand in the interactions table itself. Only what says the same in all records of an item is a
// fact about the item: the title of a review is none.
import { type Candidate, candidates } from "./candidates.ts";
import type { Choosing } from "./chosen.ts";
import type { FactColumns } from "./meanings.ts";
import { partsOf } from "./name-parts.ts";

export const FACT_MEANINGS = [
  "title",
  "brand",
  "price",
  "categories",
  "mainCategory",
  "description",
  "features",
  "hidden",
] as const satisfies readonly (keyof FactColumns)[];

/** Prices change with time, and a hidden item may come back. */
const CONSTANT: readonly (keyof FactColumns)[] = ["title", "brand", "categories", "mainCategory", "description"];
/** Share of items of which all records must say the same. */
const AGREE = 0.8;
/** A description no longer than this is a title. */
const TITLE_LENGTH = 60;

export async function chooseFacts(choosing: Choosing): Promise<void> {
  const item = choosing.column("item");
  if (item === undefined) return;
  const free = choosing.free();
  const asked = FACT_MEANINGS.filter((meaning) => !choosing.isSettled(meaning));
  const likely = asked.map((meaning) => [meaning, candidates(meaning, free)] as const);
  const constant = likely.filter(([meaning]) => CONSTANT.includes(meaning)).flatMap(([, list]) => list);
  const names = [...new Set(constant.map(({ name }) => name))];
  const agreement = await choosing.view.agreement(item, names);
  const isFact = ({ name }: Candidate) => (agreement.get(name) ?? (saysItem(name) ? 1 : 0)) >= AGREE;
  for (const [meaning, list] of likely) {
    const taken = new Set(choosing.free().map(({ name }) => name));
    const open = list.filter(({ name }) => taken.has(name));
    const best = CONSTANT.includes(meaning) ? open.find(isFact) : open[0];
    if (best !== undefined) choosing.take(meaning, best);
  }
  titleFromDescription(choosing);
}

/** Where no item has two records, only a name that speaks of items tells whose fact it is. */
function saysItem(name: string): boolean {
  return partsOf(name).some(({ kinds }) => kinds.has("thing") || kinds.has("code"));
}

/** Tills print one short line: it is called a description and names the item. */
export function titleFromDescription(choosing: Choosing): void {
  const name = choosing.column("description");
  if (name === undefined || choosing.column("title") !== undefined) return;
  if (choosing.isSettled("title") || choosing.isSettled("description")) return;
  const profile = choosing.view.profile(name);
  if (profile.filled === 0 || profile.meanLength > TITLE_LENGTH) return;
  choosing.take("title", { name, named: 1, score: 0.6, profile }, "cells");
}
