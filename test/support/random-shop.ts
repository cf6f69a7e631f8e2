// Shops drawn at random: users, items, times, anything but a pattern.
import { Random } from "../../src/base/random.ts";
import type { RawShop } from "../../src/data/index.ts";

/** 30 to 79 users with 3 to 14 of 40 to 99 items each, at ascending times; some items that nobody has. */
export function randomShop(seed: number): RawShop {
  const random = Random.of(seed, "random shop");
  const nUsers = 30 + random.below(50);
  const nItems = 40 + random.below(60);
  const sequences = Array.from({ length: nUsers }, () => {
    const owned = new Set<number>();
    const length = 3 + random.below(12);
    while (owned.size < length) owned.add(random.below(nItems - 5));
    return Int32Array.from(owned);
  });
  return {
    users: Array.from({ length: nUsers }, (_, user) => `u${user}`),
    items: Array.from({ length: nItems }, (_, item) => ({ itemId: `i${item}`, sourceNumber: item + 1 })),
    sequences,
    timestamps: sequences.map(({ length }) => Float64Array.from({ length }, () => random.below(1000)).sort()),
  };
}
