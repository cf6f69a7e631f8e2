// What items and users have in common, in words a person can check against the catalogue. Held-out items are not looked
// at: tiers and users' features come from training prefixes.
import { internal } from "../../base/errors.ts";
import type { Dataset, Split } from "../../data/index.ts";
import { keywordsOf } from "../../data/index.ts";
import { learnTiers, type UserTexts } from "../../reasoning/index.ts";
import { countFeatureHolders } from "./feature-holders.ts";

/** Features named at most. */
const LIMIT = 4;
/** A word that so large a share of the users' texts have tells nothing about any of them. */
const COMMON_WORD_SHARE = 0.25;
/** A category that more of the items have, such as the shop's own, tells nothing about two of them. */
const COMMON_CATEGORY_SHARE = 0.75;

export class SharedFeatures {
  private readonly dataset: Dataset;
  private readonly split: Split;
  private readonly tiers: ReturnType<typeof learnTiers>;
  private readonly commonCategories: ReadonlySet<string>;
  /** How many users have each category and brand, once that is counted. */
  private holders: ReadonlyMap<string, number> | undefined;
  private counting: Promise<void> | undefined;

  constructor(dataset: Dataset, split: Split) {
    this.dataset = dataset;
    this.split = split;
    this.tiers = learnTiers(dataset.items);
    this.commonCategories = commonCategoriesOf(dataset.items);
  }

  /** To be awaited before `ofUsers` is called: all training histories are gone through once, while others work. */
  forUsers(): Promise<void> {
    this.counting ??= countFeatureHolders(this.dataset, this.split).then((holders) => {
      this.holders = holders;
    });
    return this.counting;
  }

  /** Deepest common category that not most items have, brand, price tier and title words of two items. */
  ofItems(a: number, b: number): string[] {
    const [first, second] = [this.dataset.items[a]!, this.dataset.items[b]!];
    const category = [...(first.categories ?? [])]
      .reverse()
      .find((name) => second.categories?.includes(name) && !this.commonCategories.has(name));
    const brand = first.brand !== undefined && first.brand === second.brand ? first.brand : undefined;
    const tier = this.tiers[a];
    const said = new Set(keywordsOf([category, brand].join(" ")));
    const titleWords = keywordsOf(first.title ?? "").filter(
      (word) => !said.has(word) && keywordsOf(second.title ?? "").includes(word),
    );
    const features = [category, brand, tier !== undefined && tier === this.tiers[b] ? `${tier} price` : undefined];
    return [...features.filter((feature) => feature !== undefined), ...titleWords].slice(0, LIMIT);
  }

  /**
   * Categories and brands that both users have in training, those first that both have often and few others have; then
   * words that both users' texts have.
   * `texts`: what was reasoned about both, where anything was. After `forUsers`.
   */
  ofUsers(a: number, b: number, texts?: UserTexts): string[] {
    const [first, second] = [this.featuresOfUser(a), this.featuresOfUser(b)];
    const strength = (name: string) =>
      Math.min(first.get(name)!, second.get(name)!) * Math.log(this.split.nUsers / this.holdersOf(name));
    const shared = [...first.keys()]
      .filter((name) => second.has(name))
      .sort((x, y) => strength(y) - strength(x) || compare(x, y));
    const features = shared.filter((name) => strength(name) > 0).slice(0, LIMIT);
    return [...features, ...(texts === undefined ? [] : this.sharedWords(a, b, features, texts))];
  }

  /** Words of both reasoned texts that few users' texts have and no feature has said already. */
  private sharedWords(a: number, b: number, features: readonly string[], { texts, wordHolders }: UserTexts): string[] {
    const said = new Set(features.flatMap(keywordsOf));
    const holders = (word: string) => wordHolders.get(word)!;
    const [first, second] = [a, b].map((user) => keywordsOf(texts.get(user)!.feature));
    return first!
      .filter(
        (word) => second!.includes(word) && !said.has(word) && holders(word) < COMMON_WORD_SHARE * this.split.nUsers,
      )
      .sort((x, y) => holders(x) - holders(y) || compare(x, y))
      .slice(0, 2);
  }

  private holdersOf(feature: string): number {
    if (this.holders === undefined) throw internal("users are compared before their features are counted");
    return this.holders.get(feature) ?? 0;
  }

  private featuresOfUser(user: number): Map<string, number> {
    const counts = new Map<string, number>();
    for (const index of this.split.prefixes[user]!) {
      const { categories = [], brand } = this.dataset.items[index]!;
      for (const name of [...categories, brand]) if (name !== undefined) increment(counts, name);
    }
    return counts;
  }
}

function commonCategoriesOf(items: Dataset["items"]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { categories = [] } of items) for (const name of new Set(categories)) increment(counts, name);
  const limit = items.length * COMMON_CATEGORY_SHARE;
  return new Set([...counts].filter(([, count]) => count > limit).map(([name]) => name));
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1);
