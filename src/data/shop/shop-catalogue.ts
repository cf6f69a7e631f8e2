import type { Random } from "../../base/random.ts";
import type { Item } from "../dataset.ts";
import { DEPARTMENTS, type Department, PRODUCT_LINES, TIERS, type Topic } from "./departments.ts";

/** A topic of the shop together with its department. */
export interface ShopTopic extends Topic {
  readonly department: Department;
}

/** One planted product. */
export interface Product {
  readonly item: Item;
  /** Position in the list of topics. */
  readonly topic: number;
  /** Brand tier, 0 (budget) to 3 (premium). */
  readonly tier: number;
  /** How often people reach for it within its topic; falls with its rank. */
  readonly appeal: number;
  /** The product that people tend to buy right after it, as a position in the catalogue. */
  readonly next: number;
}

/** Exponent of the appeal's fall with rank: mild, as real categories show. */
const POPULARITY_SKEW = 0.6;

/** The first `count` topics, taking one of each department in turn, so that few topics still span departments. */
export function chooseTopics(count: number): ShopTopic[] {
  const depth = Math.max(...DEPARTMENTS.map((department) => department.topics.length));
  const all: ShopTopic[] = [];
  for (let k = 0; k < depth; k++) {
    for (const department of DEPARTMENTS) {
      const topic = department.topics[k];
      if (topic !== undefined) all.push({ ...topic, department });
    }
  }
  return all.slice(0, count);
}

/** `count` products spread evenly over `topics`, grouped by topic; ids and titles are distinct. */
export function makeCatalogue(topics: readonly ShopTopic[], count: number, random: Random): Product[] {
  const numbers = random.shuffle(Array.from({ length: count }, (_, k) => k));
  const products: Product[] = [];
  topics.forEach((topic, t) => {
    const size = Math.floor(count / topics.length) + (t < count % topics.length ? 1 : 0);
    const start = products.length;
    const appeals = random.shuffle(Array.from({ length: size }, (_, rank) => (rank + 1) ** -POPULARITY_SKEW));
    for (let k = 0; k < size; k++) {
      const itemId = `SKU-${String(10000 + numbers[start + k]!)}`;
      const { item, tier } = describeProduct(topic, k, itemId, random);
      // The chain runs through the kinds of product in order and closes, so every product has a follower.
      products.push({ item, topic: t, tier, appeal: appeals[k]!, next: start + ((k + 1) % size) });
    }
  });
  return products;
}

function describeProduct(topic: ShopTopic, k: number, itemId: string, random: Random): { item: Item; tier: number } {
  const [kind, basePrice, feature] = topic.products[k % topic.products.length]!;
  const round = Math.floor(k / topic.products.length);
  const tier = (k + round) % TIERS.length;
  const brand = topic.department.brands[tier]!;
  const line = PRODUCT_LINES[round % PRODUCT_LINES.length]!;
  const edition = Math.floor(round / PRODUCT_LINES.length);
  const title = `${brand} ${line} ${kind}${edition === 0 ? "" : ` Mk ${edition + 1}`}`;
  const price = Math.max(1, Math.round(basePrice * TIERS[tier]!.factor * (0.9 + 0.2 * random.uniform()))) - 0.01;
  const item: Item = {
    itemId,
    sourceNumber: 0,
    title,
    brand,
    price: Math.round(price * 100) / 100,
    categories: [topic.department.name, topic.name, kind],
    description: `${kind} with ${feature}, made for ${topic.activity}. ${TIERS[tier]!.phrase}, liked by ${topic.people}.`,
  };
  return { item, tier };
}
