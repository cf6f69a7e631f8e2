// How well a name says what its column means: one rule a meaning. A rule names the words that can carry the meaning
// and what every other word beside them makes of it; words that it does not name rule the meaning out: `user_rating`
// is no user.
import type { Meaning } from "./meanings.ts";
import { type Part, partsOf } from "./name-parts.ts";
import type { Kind } from "./name-words.ts";

interface Rule {
  /** Words that carry the meaning, and how well. */
  readonly heads: Partial<Record<Kind, number>>;
  /** Factors of other words. */
  readonly beside: Partial<Record<Kind, number>>;
  /** Where a word says something else behind the head: `order_item` is an item, `item_order` is none. */
  readonly behind?: Partial<Record<Kind, number>> | undefined;
  /** Factor of an unknown word before and behind the head. */
  readonly unknown: readonly [before: number, behind: number];
}

const PLAIN_FACT = { thing: 1, filler: 1, unique: 1, name: 1, deed: 0.6 } as const;

const RULES: Readonly<Record<Meaning, Rule>> = {
  user: {
    heads: { person: 1, contact: 1, visit: 1 },
    beside: {
      id: 1,
      unique: 1.03,
      filler: 1,
      person: 1,
      contact: 0.7,
      visit: 0.5,
      name: 0.6,
      deed: 0.8,
      event: 0.5,
      record: 0.6,
    },
    behind: { deed: 0, record: 0 },
    unknown: [0.85, 0.4],
  },
  item: {
    heads: { thing: 1, code: 1 },
    beside: { id: 1, unique: 1, filler: 1, thing: 0.97, code: 0.95, name: 0.5, title: 0.45, deed: 0.6, record: 0.6 },
    behind: { deed: 0, record: 0 },
    unknown: [0.9, 0.4],
  },
  timestamp: {
    heads: { moment: 1 },
    beside: {
      deed: 1.02,
      event: 1.01,
      rating: 1,
      at: 1,
      filler: 1,
      moment: 1.02,
      clock: 0.95,
      record: 0.7,
      visit: 0.7,
      late: 0.2,
      thing: 0.5,
      person: 0.5,
      id: 0.5,
    },
    unknown: [0.8, 0.7],
  },
  timeOfDay: {
    heads: { clock: 1, moment: 0.9 },
    beside: { deed: 1, event: 1, at: 1, filler: 1, moment: 0.9, span: 0.6, record: 0.7, unique: 1 },
    unknown: [0.7, 0.7],
  },
  rating: {
    heads: { rating: 1 },
    beside: { rating: 1, thing: 1, person: 1, deed: 1, filler: 1, record: 0.7, event: 0.6 },
    unknown: [0.85, 0.8],
  },
  event: {
    heads: { event: 1 },
    beside: { type: 1.03, name: 1.01, filler: 1, person: 1, event: 1, deed: 0.9 },
    unknown: [0.7, 0.5],
  },
  quantity: {
    heads: { quantity: 1 },
    beside: { thing: 1, deed: 0.95, event: 0.9, filler: 1, quantity: 1 },
    unknown: [0.7, 0.5],
  },
  title: {
    heads: { title: 1, name: 0.85, thing: 0.42 },
    beside: { ...PLAIN_FACT, title: 1 },
    unknown: [0.7, 0.5],
  },
  brand: { heads: { brand: 1 }, beside: { ...PLAIN_FACT, brand: 1, id: 0.4 }, unknown: [0.7, 0.5] },
  price: {
    heads: { price: 1 },
    beside: { ...PLAIN_FACT, price: 1, deed: 0.9, quantity: 0.9, attribute: 0.3 },
    unknown: [0.75, 0.75],
  },
  categories: {
    heads: { category: 1, type: 0.7 },
    beside: { ...PLAIN_FACT, category: 1, type: 1, id: 0.5, code: 0.5 },
    unknown: [0.7, 0.6],
  },
  mainCategory: {
    heads: { main: 0.9, department: 1 },
    beside: { ...PLAIN_FACT, category: 1, department: 1 },
    unknown: [0.6, 0.5],
  },
  description: { heads: { description: 1 }, beside: { ...PLAIN_FACT, description: 1 }, unknown: [0.7, 0.6] },
  features: { heads: { features: 1 }, beside: PLAIN_FACT, unknown: [0.6, 0.6] },
  hidden: { heads: { hidden: 1 }, beside: { ...PLAIN_FACT, attribute: 1 }, unknown: [0.5, 0.5] },
};

/** What a bare `id` is worth where the table is one of items or of people, and where it is one of interactions. */
const BARE_ID = { own: 0.8, other: 0.3 } as const;
/** Participles that say when without a word for time: `created`, `added`. */
const WHEN = /^(created|added|updated|purchased|ordered|placed|watched|played|rated|occurred|recorded|visited)$/;

/** From 0, which is none, to about 1. `ownTable`: each record is one item (or one user), so that `id` is its id. */
export function nameScore(meaning: Meaning, name: string, ownTable = false): number {
  const parts = partsOf(name);
  if (parts.length === 0) return 0;
  const score = specialScore(meaning, parts, ownTable) ?? ruleScore(RULES[meaning], parts);
  const isWhom = meaning === "user" || meaning === "item";
  return isWhom && !parts.some(({ kinds }) => WHICH.some((kind) => kinds.has(kind))) ? score * UNMARKED : score;
}

/** Words that mark an id; a name without one, `product`, gives way to one that has it. */
const WHICH: readonly Kind[] = ["id", "code", "contact", "visit", "name", "title"];
const UNMARKED = 0.95;

function specialScore(meaning: Meaning, parts: readonly Part[], ownTable: boolean): number | undefined {
  const some = (kind: Kind) => parts.some(({ kinds }) => kinds.has(kind));
  const all = (kind: Kind) => some(kind) && parts.every(({ kinds }) => kinds.has(kind) || kinds.has("filler"));
  const has = (...texts: readonly string[]) => texts.every((text) => parts.some((part) => part.text === text));
  if (meaning === "item" && all("id")) return ownTable ? BARE_ID.own : BARE_ID.other;
  if (meaning === "user" && all("id") && ownTable) return BARE_ID.own;
  if (meaning === "item" && has("parent", "asin")) return 1;
  if (meaning === "timestamp" && some("deed") && some("at") && !some("moment")) return deedAt(parts);
  if (meaning === "timestamp" && parts.length <= 2 && !some("moment") && parts.some(({ text }) => WHEN.test(text))) {
    return ruleScore({ heads: { deed: 0.6 }, beside: { deed: 1 }, unknown: [0.6, 0.6] }, parts);
  }
  // A rate of something that is not known, as of exchange, is none of a rating.
  if (meaning === "rating" && has("rate") && parts.some(({ kinds }) => kinds.size === 0)) return 0;
  if (meaning === "event" && all("type")) return 0.45;
  // Amazon calls the maker of an item its store.
  if (meaning === "brand" && ownTable && parts.length === 1 && has("store")) return 0.6;
  if (meaning === "categories" && some("main")) return 0;
  // "Type" of a product in a catalogue, of anything elsewhere.
  if (meaning === "categories" && all("type") && !some("category")) return ownTable ? 0.5 : 0;
  if (meaning === "mainCategory" && some("main") && !some("category")) return 0;
  if (meaning === "title" && some("id")) return 0;
  // Without a word for items, the name in a table of interactions may be anybody's.
  if (meaning === "title" && !ownTable && all("name")) return 0.6;
  return undefined;
}

/** `created_at`, `paid on`. */
function deedAt(parts: readonly Part[]): number {
  const rule: Rule = {
    heads: { deed: 0.96 },
    beside: { deed: 1, at: 1, filler: 1, late: 0.2, event: 1, person: 0.5, thing: 0.5, record: 0.7 },
    unknown: [0.7, 0.4],
  };
  return ruleScore(rule, parts);
}

function ruleScore(rule: Rule, parts: readonly Part[]): number {
  let best = 0;
  parts.forEach((head, at) => {
    const carried = strongest(head, rule.heads);
    if (carried === 0) return;
    const factors = parts.map((part, position) => (position === at ? 1 : factorOf(part, position > at, rule)));
    best = Math.max(best, carried * factors.reduce((product, factor) => product * factor, 1));
  });
  return best;
}

function factorOf(part: Part, isBehind: boolean, rule: Rule): number {
  if (part.kinds.size === 0) return rule.unknown[isBehind ? 1 : 0];
  return strongest(part, isBehind ? { ...rule.beside, ...rule.behind } : rule.beside);
}

/** The best that `factors` make of the word. A deed or a person is no weaker for being a rarer word. */
function strongest({ kinds }: Part, factors: Partial<Record<Kind, number>>): number {
  let best = 0;
  for (const [kind, weight] of kinds) best = Math.max(best, (factors[kind] ?? 0) * weight);
  return best;
}
