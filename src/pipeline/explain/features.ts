// What items and users have in common, in words a person can check against the catalogue. Held-out items are not looked
// at: tiers and users' features come from training prefixes.
import type { Dataset, Split } from "../../data/index.ts";
import { keywordsOf } from "../../data/index.ts";
import { learnShop, type ShopFacts } from "../../reasoning/index.ts";

/** Features named at most. */
const LIMIT = 4;
/** A word that so large a share of the users' texts have tells nothing about any of them. */
const COMMON_WORD_SHARE = 0.25;

export class SharedFeatures {
  private readonly dataset: Dataset;
  private readonly split: Split;
  private readonly facts: ShopFacts;
  /** How many users have a feature. */
  private readonly holders = new Map<string, number>();
  private readonly words: readonly ReadonlySet<string>[] | undefined;
  private readonly wordHolders = new Map<string, number>();

  /** `texts`: what was reasoned about each user, where anything was. */
  constructor(dataset: Dataset, split: Split, texts?: readonly string[]) {
    this.dataset = dataset;
    this.split = split;
    this.facts = learnShop(dataset.items, split.prefixes);
    for (let user = 0; user < split.nUsers; user++) {
      for (const feature of this.featuresOfUser(user).keys()) increment(this.holders, feature);
    }
    this.words = texts?.map((text) => new Set(keywordsOf(text)));
    for (const words of this.words ?? []) for (const word of words) increment(this.wordHolders, word);
  }

  /** Deepest common category, brand, price tier and title words of two items. */
  ofItems(a: number, b: number): string[] {
    const [first, second] = [this.dataset.items[a]!, this.dataset.items[b]!];
    const category = [...(first.categories ?? [])].reverse().find((name) => second.categories?.includes(name));
    const brand = first.brand !== undefined && first.brand === second.brand ? first.brand : undefined;
    const tier = this.facts.items[a]!.tier;
    const said = new Set(keywordsOf([category, brand].join(" ")));
    const titleWords = keywordsOf(first.title ?? "").filter(
      (word) => !said.has(word) && keywordsOf(second.title ?? "").includes(word),
    );
    const features = [
      category,
      brand,
      tier !== undefined && tier === this.facts.items[b]!.tier ? `${tier} price` : undefined,
    ];
    return [...features.filter((feature) => feature !== undefined), ...titleWords].slice(0, LIMIT);
  }

  /** Categories and brands that both users have in training, rarest first; then words that both users' texts have. */
  ofUsers(a: number, b: number): string[] {
    const [first, second] = [this.featuresOfUser(a), this.featuresOfUser(b)];
    const strength = (name: string) =>
      Math.min(first.get(name)!, second.get(name)!) * Math.log(this.split.nUsers / this.holders.get(name)!);
    const shared = [...first.keys()]
      .filter((name) => second.has(name))
      .sort((x, y) => strength(y) - strength(x) || compare(x, y));
    const features = shared.filter((name) => strength(name) > 0).slice(0, LIMIT);
    return [...features, ...this.sharedWords(a, b, features)];
  }

  /** Words of both reasoned texts that few users' texts have and no feature has said already. */
  private sharedWords(a: number, b: number, features: readonly string[]): string[] {
    if (this.words === undefined) return [];
    const said = new Set(features.flatMap(keywordsOf));
    const holders = (word: string) => this.wordHolders.get(word)!;
    return [...this.words[a]!]
      .filter(
        (word) => this.words![b]!.has(word) && !said.has(word) && holders(word) < COMMON_WORD_SHARE * this.split.nUsers,
      )
      .sort((x, y) => holders(x) - holders(y) || compare(x, y))
      .slice(0, 2);
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

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1);
