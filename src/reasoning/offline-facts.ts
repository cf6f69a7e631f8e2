// What the rule-based reasoner knows of a shop: the catalogue, and who bought what in the training prefixes. Held-out
// interactions are never looked at: the training prefixes are all that comes in.
import type { Item } from "../data/index.ts";
import { keywordsOf, type TrainingLists } from "../data/index.ts";

export const TIERS = ["budget", "mid-range", "premium"] as const;
export type Tier = (typeof TIERS)[number];

export interface ItemFacts {
  /** What kind of thing it is: its deepest category, else the head word of its keywords. */
  readonly topic: string | undefined;
  /** The category above the topic. */
  readonly range: string | undefined;
  readonly brand: string | undefined;
  /** Third of the prices within the topic (within the shop when the topic has few prices). */
  readonly tier: Tier | undefined;
  /** Telling words, title first. */
  readonly keywords: readonly string[];
  readonly popularity: "popular" | "steady" | "niche";
  /** Other topics that its buyers buy more often than chance, strongest first. */
  readonly alsoTopics: readonly string[];
  /** Topics of the same range that none of its buyers buys, largest first. */
  readonly absentTopics: readonly string[];
}

export interface ShopFacts {
  readonly items: readonly ItemFacts[];
  /** How many items have the keyword. */
  readonly keywordCounts: ReadonlyMap<string, number>;
  /** Topics by range, largest first. */
  readonly topicsOfRange: ReadonlyMap<string, readonly string[]>;
}

/** Item keywords kept, at most. */
const KEYWORD_LIMIT = 12;
const CODE_LIMIT = 8;
const CODES = /^[\d\s,;]+$/;
/** A keyword of this many items names a kind of thing rather than one thing. */
export const COMMON_KEYWORD_ITEMS = 5;
/** A price quantile needs this many prices to mean something. */
const TIER_MINIMUM_PRICES = 9;
/** Co-purchases are counted over a user's latest training items: the work grows with the square. */
const CO_PURCHASE_WINDOW_ITEMS = 50;
const RELATED_LIMIT = 3;

type Kind = Pick<ItemFacts, "topic" | "range" | "brand" | "keywords">;

export function learnShop(items: readonly Item[], prefixes: TrainingLists): ShopFacts {
  const { kinds, keywordCounts } = learnKinds(items);
  const topicCounts = countBy(kinds.map(({ topic }) => topic));
  const topicsOfRange = groupTopics(kinds, topicCounts);
  const tiers = priceTiers(items, kinds);
  const popularity = popularities(items.length, prefixes);
  const related = coTopics(kinds, prefixes);
  const facts = kinds.map((kind, i): ItemFacts => {
    const siblings = topicsOfRange.get(kind.range ?? "") ?? [];
    const absent = siblings.filter((topic) => topic !== kind.topic && !related[i]!.counts.has(topic));
    return {
      ...kind,
      tier: tiers[i],
      popularity: popularity[i]!,
      alsoTopics: related[i]!.strongest,
      absentTopics: absent.slice(0, RELATED_LIMIT),
    };
  });
  return { items: facts, keywordCounts, topicsOfRange };
}

/** The price tiers of `learnShop` alone: a catalogue with categories needs none of its words for them. */
export function learnTiers(items: readonly Item[]): (Tier | undefined)[] {
  const isNamedByWords = items.some(({ price, categories = [] }) => price !== undefined && categories.length === 0);
  return priceTiers(
    items,
    isNamedByWords ? learnKinds(items).kinds : items.map(({ categories }) => ({ topic: topicOf(categories) })),
  );
}

function learnKinds(items: readonly Item[]): { kinds: Kind[]; keywordCounts: Map<string, number> } {
  const keywordLists = items.map(keywordsOfItem);
  const keywordCounts = countBy(keywordLists.flat());
  const codeLists = items.map(codesOfItem);
  for (const [code, n] of countBy(codeLists.flat())) keywordCounts.set(code, n);
  const kinds = items.map((item, i) => kindOf(item, keywordLists[i]!, codeLists[i]!, keywordCounts));
  return { kinds, keywordCounts };
}

function topicOf(categories: Item["categories"]): string | undefined {
  return categories?.at(-1)?.toLowerCase();
}

function keywordsOfItem(item: Item): string[] {
  const extra = Object.values(item.attributes ?? {}).filter((value) => !CODES.test(value));
  return [...new Set([item.title ?? "", ...extra, item.description ?? ""].flatMap(keywordsOf))];
}

/** Bare codes repeat what names already say; where there are no names they are all that tells items apart. */
function codesOfItem(item: Item): string[] {
  if (item.categories !== undefined || item.brand !== undefined) return [];
  const lists = Object.entries(item.attributes ?? {}).filter(([, value]) => CODES.test(value));
  return [...new Set(lists.flatMap(([name, value]) => codeWords(name, value)))].slice(0, CODE_LIMIT);
}

/** The name makes codes words of their own: "attributeIds: 12 7" -> attribute12, attribute7. */
function codeWords(name: string, value: string): string[] {
  const stem = name
    .replace(/\W+/g, "")
    .replace(/(ids?|s)$/i, "")
    .toLowerCase();
  return (value.match(/\d+/g) ?? []).map((code) => `${stem}${code}`);
}

function kindOf(
  item: Item,
  words: readonly string[],
  codes: readonly string[],
  counts: ReadonlyMap<string, number>,
): Kind {
  const path = item.categories ?? [];
  const brand = item.brand === undefined || /^unknown$/i.test(item.brand) ? undefined : item.brand;
  const brandWords = new Set(keywordsOf(brand ?? ""));
  // A word of one item tells nothing about others; in a short title it may still be all there is.
  const own = words.filter((word) => !brandWords.has(word));
  const shared = own.filter((word) => counts.get(word)! > 1);
  const headWord = [...shared].reverse().find((word) => counts.get(word)! >= COMMON_KEYWORD_ITEMS) ?? shared[0];
  return {
    topic: topicOf(path) ?? headWord,
    range: path.at(-2)?.toLowerCase(),
    brand,
    keywords: (shared.length >= 3 ? shared : own).slice(0, KEYWORD_LIMIT).concat(codes),
  };
}

function groupTopics(kinds: readonly Kind[], counts: ReadonlyMap<string, number>): Map<string, string[]> {
  const groups = new Map<string, Set<string>>();
  for (const { topic, range = "" } of kinds) {
    if (topic === undefined) continue;
    if (!groups.has(range)) groups.set(range, new Set());
    groups.get(range)!.add(topic);
  }
  const bySize = (a: string, b: string) => counts.get(b)! - counts.get(a)! || (a < b ? -1 : 1);
  return new Map([...groups].map(([range, topics]) => [range, [...topics].sort(bySize)]));
}

function priceTiers(items: readonly Item[], kinds: readonly Pick<Kind, "topic">[]): (Tier | undefined)[] {
  const all: number[] = [];
  const byTopic = new Map<string, number[]>();
  items.forEach(({ price }, i) => {
    if (price === undefined) return;
    const topic = kinds[i]!.topic ?? "";
    if (!byTopic.has(topic)) byTopic.set(topic, []);
    byTopic.get(topic)!.push(price);
    all.push(price);
  });
  for (const prices of [all, ...byTopic.values()]) prices.sort((a, b) => a - b);
  return items.map(({ price }, i) => {
    if (price === undefined) return undefined;
    const own = byTopic.get(kinds[i]!.topic ?? "")!;
    const prices = own.length >= TIER_MINIMUM_PRICES ? own : all;
    if (price <= prices[Math.floor((prices.length - 1) / 3)]!) return "budget";
    return price <= prices[Math.floor(((prices.length - 1) * 2) / 3)]! ? "mid-range" : "premium";
  });
}

/** The most bought tenth is popular, the less bought half niche. */
function popularities(nItems: number, prefixes: TrainingLists): ItemFacts["popularity"][] {
  const counts = new Int32Array(nItems);
  for (const sequence of prefixes) for (const item of sequence) counts[item]!++;
  const sorted = counts.slice().sort();
  const [median, top] = [sorted[Math.floor(nItems * 0.5)] ?? 0, sorted[Math.floor(nItems * 0.9)] ?? 0];
  return Array.from(counts, (count) => (count > top ? "popular" : count > median ? "steady" : "niche"));
}

interface CoTopics {
  readonly counts: ReadonlyMap<string, number>;
  readonly strongest: readonly string[];
}

/** Topics bought beside each item. Strength: count * log(count / expected count under independence), positive only. */
function coTopics(kinds: readonly Kind[], prefixes: TrainingLists): CoTopics[] {
  const counts = kinds.map(() => new Map<string, number>());
  const topicTotals = new Map<string, number>();
  let total = 0;
  for (const sequence of prefixes) {
    const recent = sequence.subarray(-CO_PURCHASE_WINDOW_ITEMS);
    for (const item of recent) {
      for (const other of recent) {
        const topic = kinds[other]!.topic;
        if (topic === undefined || topic === kinds[item]!.topic) continue;
        increment(counts[item]!, topic);
        increment(topicTotals, topic);
        total++;
      }
    }
  }
  return counts.map((own) => {
    const ownTotal = [...own.values()].reduce((sum, n) => sum + n, 0);
    const strength = ([topic, n]: [string, number]) => n * Math.log((n * total) / (ownTotal * topicTotals.get(topic)!));
    return { counts: own, strongest: strongest([...own], strength, RELATED_LIMIT) };
  });
}

/** Keys of the entries with the highest positive strength, ties in alphabetical order. */
export function strongest(
  entries: readonly [string, number][],
  strength: (entry: [string, number]) => number,
  limit: number,
): string[] {
  return entries
    .map((entry) => ({ key: entry[0], value: strength(entry) }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || (a.key < b.key ? -1 : 1))
    .slice(0, limit)
    .map(({ key }) => key);
}

export function countBy(words: Iterable<string | undefined>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) if (word !== undefined) increment(counts, word);
  return counts;
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
