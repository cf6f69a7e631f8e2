// Facts about items that stand in the interactions table itself. Only what says the same in all records of an item is a
// fact about the item: the title of a review is none.
import { type Candidate, candidates } from "./candidates.ts";
import type { Choosing } from "./chosen.ts";
import type { ColumnProfile } from "./column-profile.ts";
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
  const likely = asked.map((meaning) => [meaning, factCandidates(meaning, free, item)] as const);
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

/** Beside `line_items.product_id`, `line_items.title` is the title of the item, whatever its object is called. */
function factCandidates(
  meaning: keyof FactColumns,
  profiles: readonly ColumnProfile[],
  item: string,
): readonly Candidate[] {
  const holder = item.slice(0, item.lastIndexOf(".") + 1);
  const isBeside = (name: string) => holder !== "" && name.startsWith(holder);
  const written = new Map(
    profiles.map((profile) => {
      const { name } = profile;
      return [isBeside(name) ? `item.${name.slice(holder.length)}` : name, profile] as const;
    }),
  );
  const called = [...written].map(([name, profile]) => ({ ...profile, name }));
  return candidates(meaning, called).map((one) => {
    const profile = written.get(one.name)!;
    return { ...one, name: profile.name, profile };
  });
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
