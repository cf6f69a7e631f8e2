// Signs that a dataset was made from files that were misread: each check measures one habit of such datasets. None of
// them fails a dataset, as shops exist that are like this.
import { percent } from "../base/written-numbers.ts";
import type { AuditCheck } from "./audit-check.ts";
import { timeChecks } from "./audit-times.ts";
import type { Dataset, Item } from "./dataset.ts";
import { median } from "./statistics.ts";
import { MISSING_WORDS } from "./values/missing-words.ts";

/** One user or item with a larger share of the interactions, and this many times the mean, is worth a look. */
const BUSY_SHARE = 0.05;
const BUSY_RATIO = 10;
/** More items with one interaction look like row numbers. */
const ONCE_SHARE = 0.5;
const FEW_ENTRIES = 0.5;
const PRICE_RATIO = 100;
/** A category with more letters or words is a sentence. */
const LONGEST_CATEGORY = 60;
const MOST_CATEGORY_WORDS = 8;
const ODD_CATEGORIES = 0.05;
const EXAMPLES = 3;

export async function misreadings(dataset: Dataset): Promise<AuditCheck[]> {
  const items = dataset.items.map(({ itemId }) => itemId);
  const perItem = new Int32Array(items.length);
  for (const sequence of dataset.sequences) for (const item of sequence) perItem[item]!++;
  const perUser = Int32Array.from(dataset.sequences, ({ length }) => length);
  return [
    ...(await timeChecks(dataset)),
    busiest("busiest-user", "user", dataset.users, perUser),
    busiest("busiest-item", "item", items, perItem),
    alike("alike-users", "users", dataset.users),
    alike("alike-items", "items", items),
    missingWords(dataset.users, items),
    soldOnce(perItem),
    entries(dataset.items),
    prices(dataset.items),
    categories(dataset.items),
  ];
}

function busiest(name: string, what: string, ids: readonly string[], counts: Int32Array): AuditCheck {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = counts.reduce((best, count, k) => (count > counts[best]! ? k : best), 0);
  const share = counts[most]! / total;
  const isOdd = share > BUSY_SHARE && counts[most]! > BUSY_RATIO * (total / counts.length);
  const look = isOdd ? ": a guest, a test account or a word for no value?" : ".";
  return {
    name,
    verdict: isOdd ? "warn" : "ok",
    finding: `The ${what} with most interactions, "${ids[most]}", has ${percent(share)} of them${look}`,
    numbers: { interactions: counts[most]!, share },
  };
}

/** Ids that would be equal without case and blanks. */
function alike(name: string, what: string, ids: readonly string[]): AuditCheck {
  const byKey = new Map<string, string[]>();
  for (const id of ids) {
    const key = id.normalize("NFC").replace(/\s+/g, " ").trim().toLowerCase();
    byKey.set(key, [...(byKey.get(key) ?? []), id]);
  }
  const groups = [...byKey.values()].filter((group) => group.length > 1);
  const count = groups.reduce((sum, group) => sum + group.length, 0);
  const shown = groups.slice(0, EXAMPLES).map((group) => group.map((id) => `"${id}"`).join(" and "));
  return {
    name,
    verdict: count > 0 ? "warn" : "ok",
    finding: `${count} ${what} differ from another one in case or blanks only${count > 0 ? `: ${shown.join("; ")}` : ""}.`,
    numbers: { count },
  };
}

const NOBODY = new Set([...MISSING_WORDS, "unknown", "guest", "anonymous"]);

function missingWords(users: readonly string[], items: readonly string[]): AuditCheck {
  const isWord = (id: string) => NOBODY.has(id.trim().toLowerCase());
  const found = { users: users.filter(isWord), items: items.filter(isWord) };
  const words = [...found.users, ...found.items];
  const shown = words.slice(0, EXAMPLES).map((id) => `"${id}"`);
  return {
    name: "missing-words",
    verdict: words.length > 0 ? "warn" : "ok",
    finding: `${words.length} ids of users and items are words for no value${words.length > 0 ? ` (${shown.join(", ")})` : ""}.`,
    numbers: { users: found.users.length, items: found.items.length },
  };
}

function soldOnce(perItem: Int32Array): AuditCheck {
  const once = perItem.filter((count) => count === 1).length;
  const share = once / perItem.length;
  const isOdd = share > ONCE_SHARE;
  return {
    name: "items-sold-once",
    verdict: isOdd ? "warn" : "ok",
    finding: `${once} items (${percent(share)}) have one interaction${isOdd ? ": is the item column a row or order number?" : "."}`,
    numbers: { items: once, share },
  };
}

function entries(items: readonly Item[]): AuditCheck {
  const hasEntry = (item: Item) =>
    [item.title, item.brand, item.price, item.categories, item.description].some((fact) => fact !== undefined);
  const known = items.filter(hasEntry).length;
  const titled = items.filter(({ title }) => title !== undefined).length;
  const isOdd = titled < FEW_ENTRIES * items.length;
  const why = isOdd ? ": a catalogue is missing, joins in part, or its title column was not recognised." : ".";
  return {
    name: "catalogue-entries",
    verdict: isOdd ? "warn" : "ok",
    finding: `${known} of ${items.length} items have a catalogue entry, ${titled} a title${why}`,
    numbers: { items: items.length, entries: known, titles: titled },
  };
}

function prices(items: readonly Item[]): AuditCheck {
  const priced = items.filter((item): item is Item & { price: number } => item.price !== undefined && item.price > 0);
  const middle = median(Float64Array.from(priced, ({ price }) => price).sort());
  const far = priced.filter(({ price }) => price >= PRICE_RATIO * middle || price * PRICE_RATIO <= middle);
  const shown = far.slice(0, EXAMPLES).map(({ itemId, price }) => `${itemId} at ${price}`);
  return {
    name: "prices-apart",
    verdict: far.length > 0 ? "warn" : "ok",
    finding: `${far.length} of ${priced.length} prices lie ${PRICE_RATIO} times or more from the median of ${middle}${far.length > 0 ? ` (${shown.join(", ")}): is a decimal mark misread?` : "."}`,
    numbers: { prices: priced.length, far: far.length, median: middle },
  };
}

function categories(items: readonly Item[]): AuditCheck {
  const lists = items.map((item) => item.categories).filter((list) => list !== undefined);
  const isOddOne = (category: string) =>
    category.length > LONGEST_CATEGORY || category.split(/\s+/).length > MOST_CATEGORY_WORDS || /[|;>]/.test(category);
  const odd = lists.map((list) => list.find(isOddOne)).filter((category) => category !== undefined);
  const [first] = odd;
  const isOdd = odd.length > ODD_CATEGORIES * lists.length;
  const example = first === undefined ? "" : ` (first "${first.slice(0, 80)}")`;
  return {
    name: "odd-categories",
    verdict: isOdd ? "warn" : "ok",
    finding: `${odd.length} of ${lists.length} items with categories have one that is a sentence or holds marks that divide categories${example}.`,
    numbers: { items: lists.length, odd: odd.length },
  };
}
