// What the filters take away, in words, with bounds that would take less away and have been tried.
import { InputError } from "../base/errors.ts";
import { filterShop } from "./filters.ts";
import type { RawShop } from "./raw-shop.ts";
import { shownAddress } from "./sources/elsewhere/address.ts";
import type { FilterFacts, ShopCounts } from "./understanding.ts";

/** Defaults that lose more than this are warned of: more than half of the users, or a quarter of the interactions. */
const MOST_USERS_LOST = 0.5;
const MOST_INTERACTIONS_LOST = 0.25;
/** Shorter histories leave nothing to train on beside the two held-out items. */
export const SHORTEST_HISTORY = 3;

export function shopCounts(shop: RawShop): ShopCounts {
  return {
    users: shop.users.length,
    items: shop.sequences.length === 0 ? 0 : itemsIn(shop),
    interactions: shop.sequences.reduce((sum, { length }) => sum + length, 0),
  };
}

function itemsIn({ sequences, items }: RawShop): number {
  const seen = new Uint8Array(items.length);
  for (const sequence of sequences) for (const item of sequence) seen[item] = 1;
  return seen.reduce((sum, one) => sum + one, 0);
}

/** `300 of 330 users (90.9 %), 7 of 40 items (17.5 %) and 324 of 540 interactions (60.0 %)`. */
export function lossWords({ before, after }: FilterFacts): string {
  const part = (what: keyof ShopCounts) => {
    const lost = before[what] - after[what];
    const share = before[what] === 0 ? 0 : (100 * lost) / before[what];
    return `${lost.toLocaleString("en")} of ${before[what].toLocaleString("en")} ${what} (${share.toFixed(1)} %)`;
  };
  return `${part("users")}, ${part("items")} and ${part("interactions")}`;
}

/** One sentence where defaults that nobody asked for lose much; it names bounds that lose less. */
export function lossWarning(shop: RawShop, facts: FilterFacts): string | undefined {
  const { before, after, areDefaults, kCore, minLength } = facts;
  const lost = (what: keyof ShopCounts) => 1 - after[what] / Math.max(1, before[what]);
  const isMuch = lost("users") > MOST_USERS_LOST || lost("interactions") > MOST_INTERACTIONS_LOST;
  if (!areDefaults || after.users === 0 || !isMuch) return undefined;
  const weakest = boundsAt(shop, facts, 1);
  const advice = weakest.counts.users > after.users ? ` ${weakest.flags} would keep ${keptWords(weakest.counts)}.` : "";
  return `The default filters (k-core ${kCore}, at least ${minLength} interactions a user) left out ${lossWords(facts)}.${advice}`;
}

/** The refusal of an import of which nothing is left. */
export function nothingLeft(where: string, shop: RawShop, facts: FilterFacts): InputError {
  const { kCore, minLength, before } = facts;
  const found = `no user with enough interactions (k-core ${kCore}, minimum length ${minLength}) among ${keptWords(before)}`;
  return new InputError({
    where: where.split(", ").map(shownAddress).join(", "),
    found,
    expected: "at least one",
    todo: wayOut(shop, facts),
  });
}

function wayOut(shop: RawShop, facts: FilterFacts): string {
  const weaker = largestBounds(shop, facts);
  if (weaker !== undefined)
    return `Lower --k-core and --min-length: ${weaker.flags} keeps ${keptWords(weaker.counts)}. Or give more data.`;
  const longest = shop.sequences.reduce((most, { length }) => Math.max(most, length), 0);
  return `No lower --k-core helps: nobody has more than ${longest} different items, and ${SHORTEST_HISTORY} are needed. Check that the user and item columns are the right ones, or give more data.`;
}

function keptWords({ users, items, interactions }: ShopCounts): string {
  const number = (count: number) => count.toLocaleString("en");
  return `${number(users)} users, ${number(items)} items and ${number(interactions)} interactions`;
}

interface Bounds {
  readonly flags: string;
  readonly counts: ShopCounts;
}

/** The largest lower bounds that keep anything, where these keep nothing. */
function largestBounds(shop: RawShop, facts: FilterFacts): Bounds | undefined {
  let best: Bounds | undefined;
  // Lower bounds never keep less: halve the range.
  for (let low = 1, high = Math.max(facts.kCore, facts.minLength) - 1; low <= high; ) {
    const k = (low + high) >> 1;
    const bounds = boundsAt(shop, facts, k);
    if (bounds.counts.users > 0) {
      best = bounds;
      low = k + 1;
    } else high = k - 1;
  }
  return best;
}

function boundsAt(shop: RawShop, facts: FilterFacts, k: number): Bounds {
  const kCore = Math.min(k, facts.kCore);
  const minLength = Math.min(facts.minLength, Math.max(SHORTEST_HISTORY, k));
  const counts = shopCounts(filterShop(shop, { kCore, minLength }));
  return { flags: `--k-core ${kCore} --min-length ${minLength}`, counts };
}
