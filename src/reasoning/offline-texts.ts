// The rule-based sentences. They are built for reading and for word statistics alike: what varies is specific words.
import { COMMON_KEYWORD_ITEMS, countBy, type ShopFacts, strongest, TIERS, type Tier } from "./offline-facts.ts";
import type { ItemSubject, Step, UserSubject } from "./reasoner.ts";

/** `domain` is the dataset's noun, e.g. "beauty product". */
export function itemText(step: Step, { index }: ItemSubject, shop: ShopFacts, domain: string): string {
  const facts = shop.items[index]!;
  const kind = facts.topic ?? domain;
  switch (step) {
    case "positive":
      return join(
        `Users who enjoy ${kind}`,
        facts.range !== undefined && `in ${facts.range}`,
        facts.brand !== undefined && `and trust ${facts.brand}`,
        `may like this ${words(facts.tier, facts.popularity)} choice`,
        facts.keywords.length > 0 && `for its ${list(facts.keywords.slice(0, 6))}`,
        facts.alsoTopics.length > 0 && `; its buyers also choose ${list(facts.alsoTopics)}`,
      );
    case "negative":
      return join(
        "Users who",
        list(
          [
            facts.absentTopics.length > 0 ? `mainly look for ${list(facts.absentTopics)}` : undefined,
            facts.tier === undefined ? undefined : `want ${opposite(facts.tier)} ${kind}`,
            facts.brand === undefined ? undefined : `prefer brands other than ${facts.brand}`,
            facts.absentTopics.length + Number(facts.tier !== undefined) === 0 ? `have no use for ${kind}` : undefined,
          ].filter((reason) => reason !== undefined),
          "or",
        ),
        "may dislike it",
      );
    case "feature":
      return join(
        `${capital(words(facts.tier, facts.popularity, kind))}`,
        facts.range !== undefined && `for ${facts.range}`,
        facts.brand !== undefined && `by ${facts.brand}`,
        facts.keywords.length > 0 && `: ${list(facts.keywords)}`,
        facts.alsoTopics.length > 0 && `; goes with ${list(facts.alsoTopics)}`,
      );
    default:
      return step satisfies never;
  }
}

export function userText(step: Step, subject: UserSubject, shop: ShopFacts, domain: string): string {
  const taste = tasteOf(subject, shop);
  const topics = taste.topics.length > 0 ? list(taste.topics) : `${domain}s`;
  switch (step) {
    case "positive":
      return join(
        `The user likes ${topics}`,
        taste.keywords.length > 0 && `, especially ${list(taste.keywords.slice(0, 6))}`,
        taste.brands.length > 0 && `, and buys ${list(taste.brands)}`,
      );
    case "negative":
      return join(
        "The user is unlikely to enjoy",
        list(
          [
            ...taste.absentTopics,
            taste.tier === undefined ? `${domain}s far from ${topics}` : `${opposite(taste.tier)} ${domain}s`,
          ],
          "or",
        ),
      );
    case "feature":
      return join(
        `A ${taste.breadth} shopper with a core interest in ${topics}`,
        taste.ranges.length > 0 && `within ${list(taste.ranges)}`,
        taste.keywords.length > 0 && `: ${list(taste.keywords)}`,
        taste.brands.length > 0 && `; favours ${list(taste.brands)}`,
        `; prefers ${words(taste.tier, taste.popularity)} choices`,
        taste.alsoTopics.length > 0 && `and is open to ${list(taste.alsoTopics)}`,
      );
    default:
      return step satisfies never;
  }
}

function tasteOf({ history }: UserSubject, shop: ShopFacts) {
  const facts = history.map(({ itemIndex }) => shop.items[itemIndex]!);
  const topics = countBy(facts.map(({ topic }) => topic));
  const own = (topic: string) => topics.has(topic);
  const also = countBy(facts.flatMap(({ alsoTopics }) => alsoTopics).filter((topic) => !own(topic)));
  const ranges = top(countBy(facts.map(({ range }) => range)), 2);
  const siblings = ranges.flatMap((range) => shop.topicsOfRange.get(range) ?? []);
  const rarity = (word: string) => Math.log(1 + shop.items.length / shop.keywordCounts.get(word)!);
  const keywords = [...countBy(facts.flatMap((item) => item.keywords))];
  const common = keywords.filter(([word]) => shop.keywordCounts.get(word)! >= COMMON_KEYWORD_ITEMS);
  return {
    topics: top(topics, 3),
    ranges,
    brands: top(countBy(facts.map(({ brand }) => brand)), 3),
    keywords: strongest(common.length >= 3 ? common : keywords, ([word, n]) => n * rarity(word), 12),
    tier: majority(facts.map(({ tier }) => tier)),
    popularity: majority(facts.map(({ popularity }) => popularity)),
    breadth: topics.size * 2 > facts.length + 1 ? "versatile" : "focused",
    alsoTopics: top(also, 3),
    absentTopics: siblings.filter((topic) => !own(topic) && !also.has(topic)).slice(0, 3),
  };
}

function top(counts: ReadonlyMap<string, number>, limit: number): string[] {
  return strongest([...counts], ([, n]) => n, limit);
}

/** The most frequent value; among equals the one met last, i.e. the more recent taste. */
function majority<T extends string>(values: readonly (T | undefined)[]): T | undefined {
  const counts = countBy(values);
  let best: T | undefined;
  for (const value of values) {
    if (value !== undefined && (best === undefined || counts.get(value)! >= counts.get(best)!)) best = value;
  }
  return best;
}

function opposite(tier: Tier): Tier | "very cheap" {
  if (tier === TIERS[1]) return "very cheap";
  return tier === TIERS[0] ? TIERS[2] : TIERS[0];
}

/** One sentence from its parts; absent parts are `false`, punctuation joins without a space. */
function join(...parts: readonly (string | false)[]): string {
  const text = parts.filter((part) => part !== false).join(" ");
  return `${text.replace(/ ([;:,])/g, "$1")}.`;
}

function words(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(" ");
}

function list(parts: readonly string[], last = "and"): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} ${last} ${parts.at(-1)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
