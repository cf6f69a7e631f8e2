import { describe, expect, it } from "vitest";
import type { RawShop } from "../raw-shop.ts";
import type { ShopTruth } from "./shop-truth.ts";
import { plantShop } from "./synthesise-shop.ts";

// Oracles know what was planted or count what is in the training prefixes; none of them is a product of the package.
type Score = (user: number, history: Int32Array) => (item: number) => number;

interface Planted {
  readonly shop: RawShop;
  readonly truth: ShopTruth;
  readonly topics: readonly string[];
  /** Users whose test item is of their group's taste. */
  readonly groupTasteUsers: readonly number[];
}

function plant(seed: number): Planted {
  const { shop, truth } = plantShop({ seed });
  const favourites = truth.groups.map((group) => new Set(group.groupTasteItems));
  const isGroupTaste = (user: number, item: number) =>
    favourites[truth.users[user]!.group]!.has(shop.items[item]!.itemId);
  const groupTasteUsers = shop.users.flatMap((_, user) =>
    isGroupTaste(user, shop.sequences[user]!.at(-1)!) ? [user] : [],
  );
  return { shop, truth, topics: shop.items.map((item) => truth.itemTopics[item.itemId]!), groupTasteUsers };
}

/** HR@10 over all unseen items; a tie counts against the oracle. */
function hitRate(
  { shop }: Planted,
  score: Score,
  users: readonly number[] = shop.users.map((_, user) => user),
): number {
  const hits = users.filter((user) => {
    const sequence = shop.sequences[user]!;
    const history = sequence.subarray(0, -1);
    const target = sequence.at(-1)!;
    const of = score(user, history);
    const bar = of(target);
    const better = shop.items.filter((_, item) => item !== target && !history.includes(item) && of(item) >= bar);
    return better.length < 10;
  });
  return hits.length / users.length;
}

function popularity({ shop }: Planted, among: (user: number) => boolean = () => true): Int32Array {
  const counts = new Int32Array(shop.items.length);
  shop.sequences.forEach((sequence, user) => {
    if (among(user)) for (const item of sequence.subarray(0, -2)) counts[item]!++;
  });
  return counts;
}

function groupPopularity(planted: Planted): Score {
  const groupOf = (user: number) => planted.truth.users[user]!.group;
  const counts = planted.truth.groups.map((_, group) => popularity(planted, (user) => groupOf(user) === group));
  return (user) => (item) => counts[groupOf(user)]![item]!;
}

function ownTopics(planted: Planted): Score {
  const counts = popularity(planted);
  return (user) => {
    const own = new Map<string, number>();
    for (const item of planted.shop.sequences[user]!.subarray(0, -2)) {
      own.set(planted.topics[item]!, (own.get(planted.topics[item]!) ?? 0) + 1);
    }
    return (item) => 1000 * (own.get(planted.topics[item]!) ?? 0) + counts[item]!;
  };
}

/** Item-kNN: cosine of co-occurrence in training prefixes, summed over the history. */
function coOccurrence(planted: Planted): Score {
  const n = planted.shop.items.length;
  const counts = popularity(planted);
  const together = new Float64Array(n * n);
  for (const sequence of planted.shop.sequences) {
    const prefix = sequence.subarray(0, -2);
    for (const a of prefix) for (const b of prefix) if (a !== b) together[a * n + b]!++;
  }
  return (_, history) => (item) =>
    history.reduce((sum, own) => sum + together[own * n + item]! / Math.sqrt(1 + counts[own]! * counts[item]!), 0);
}

/** First-order transitions, then popularity. */
function nextItem(planted: Planted): Score {
  const n = planted.shop.items.length;
  const counts = popularity(planted);
  const follows = new Float64Array(n * n);
  for (const sequence of planted.shop.sequences) {
    for (let k = 1; k < sequence.length - 2; k++) follows[sequence[k - 1]! * n + sequence[k]!]!++;
  }
  return (_, history) => (item) => 1000 * follows[history.at(-1)! * n + item]! + counts[item]!;
}

describe.each([2023, 1])("the shop planted with seed %i", (seed) => {
  const planted = plant(seed);
  const { shop, truth, groupTasteUsers } = planted;
  const counts = popularity(planted);
  const popular: Score = () => (item) => counts[item]!;

  it("has distinct titles, distinct ids, prices and full texts", () => {
    expect(new Set(shop.items.map((item) => item.title)).size).toBe(240);
    expect(new Set(shop.items.map((item) => item.itemId)).size).toBe(240);
    expect(new Set(shop.users).size).toBe(400);
    for (const item of shop.items) {
      expect(item.price).toBeGreaterThan(0);
      expect(item.categories).toHaveLength(3);
      expect(item.description).toMatch(/^\S.* with .*\. .*\.$/);
    }
  });

  it("gives people 5 to 13 distinct purchases in time order, 9 to 12 on average", () => {
    const lengths = shop.sequences.map((sequence) => sequence.length);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(13);
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    expect(mean).toBeGreaterThan(9);
    expect(mean).toBeLessThan(12);
    for (const sequence of shop.sequences) expect(new Set(sequence).size).toBe(sequence.length);
    for (const times of shop.timestamps!) expect([...times].sort((a, b) => a - b)).toEqual([...times]);
  });

  it("holds out the group taste for over a quarter of the people, while most training histories hide it", () => {
    expect(groupTasteUsers.length / 400).toBeGreaterThan(0.25);
    const hidden = groupTasteUsers.filter((user) => truth.users[user]!.role === "latent");
    expect(hidden.length).toBeGreaterThan(groupTasteUsers.length / 2);
    for (const user of hidden) {
      const group = truth.groups[truth.users[user]!.group]!;
      const ids = Array.from(shop.sequences[user]!.subarray(0, -2), (item) => shop.items[item]!.itemId);
      expect(ids.filter((id) => group.groupTasteItems.includes(id))).toEqual([]);
    }
  });

  it("takes the group taste from a topic outside the group's visible tastes", () => {
    for (const group of truth.groups) expect(group.signatureTopics).not.toContain(group.groupTasteTopic);
  });

  it("shows individual tastes in the own history", () => {
    const shares = shop.sequences.map((sequence, user) => {
      const tastes = truth.users[user]!.tastes;
      const own = Array.from(sequence.subarray(0, -2)).filter((item) => tastes.includes(planted.topics[item]!));
      return own.length / (sequence.length - 2);
    });
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(0.75);
  });

  it("sells some things so well that popularity is right at least half as often again as chance", () => {
    // A random order puts one of about 230 unseen items among the first ten for 10 / 230 of the people.
    expect(hitRate(planted, popular)).toBeGreaterThan((1.5 * 10) / 230);
  });

  it("lets co-occurrence and chains beat popularity by far", () => {
    const bar = hitRate(planted, popular);
    expect(hitRate(planted, coOccurrence(planted))).toBeGreaterThan(bar + 0.3);
    expect(hitRate(planted, nextItem(planted))).toBeGreaterThan(bar + 0.3);
  });

  it("reveals the group taste to those who know the group, not to those who know the own history", () => {
    const knowsGroup = hitRate(planted, groupPopularity(planted), groupTasteUsers);
    const knowsHistory = hitRate(planted, ownTopics(planted), groupTasteUsers);
    expect(knowsGroup).toBeGreaterThan(knowsHistory + 0.25);
    const hidden = groupTasteUsers.filter((user) => truth.users[user]!.role === "latent");
    expect(hitRate(planted, groupPopularity(planted), hidden)).toBeGreaterThan(0.4);
    expect(hitRate(planted, ownTopics(planted), hidden)).toBeLessThan(0.05);
  });
});

describe("plantShop", () => {
  it("gives equal shops for equal options and other shops for other seeds", () => {
    expect(plantShop({ seed: 5 })).toEqual(plantShop({ seed: 5 }));
    expect(plantShop({ seed: 5 }).shop.sequences).not.toEqual(plantShop({ seed: 6 }).shop.sequences);
  });

  it("follows its shares", () => {
    const { truth } = plantShop({ users: 1000, shownShare: 0, latentShare: 1 });
    expect(truth.users.every((user) => user.role === "latent")).toBe(true);
  });

  it("scales to small and large shops with distinct titles", () => {
    for (const [users, items] of [
      [20, 60],
      [50, 5000],
    ] as const) {
      const { shop } = plantShop({ users, items });
      expect(shop.users).toHaveLength(users);
      expect(new Set(shop.items.map((item) => item.title)).size).toBe(items);
    }
  });

  it("refuses shops too small to plant anything in", () => {
    expect(() => plantShop({ users: 5 })).toThrow(/at least 20/);
    expect(() => plantShop({ items: 10 })).toThrow(/at least 60/);
    expect(() => plantShop({ shownShare: 0.7, latentShare: 0.7 })).toThrow(/more than 1/);
  });
});
