// A small random shop, as it is: what every file written of it must be read as.
import type { Random } from "../../src/base/random.ts";

export interface Purchase {
  readonly user: string;
  readonly item: string;
  /** Seconds since 1970; distinct within a user, and by day where the shop only knows days. */
  readonly time: number;
  readonly rating: number;
}

export interface CatalogueEntry {
  readonly item: string;
  readonly title: string;
  readonly category: string;
  readonly price: number;
}

export interface RandomShop {
  readonly purchases: readonly Purchase[];
  readonly catalogue: readonly CatalogueEntry[];
}

const DAY = 86_400;
const WORDS = ["green", "blue", "café", "Größe", "tea", "mug", "lamp", "piñata", "big", "naïve", "soft", "old"];
const CATEGORIES = ["kitchen", "garden", "Möbel", "toys"];

type Naming = (random: Random, index: number) => string;

/** How shops name their people and products. */
const NAMINGS: readonly Naming[] = [
  (_, index) => `c${index + 1}`,
  (_, index) => String(1000 + 7 * index),
  (_, index) => String(index + 1).padStart(6, "0"),
  (random, index) => `${hex(random)}-${hex(random).slice(4)}-${index.toString(16).padStart(4, "0")}`,
  (_, index) => `SKU-${String.fromCharCode(65 + (index % 26))}/${index}`,
  (_, index) => `9007199254740${String(993 + index).padStart(4, "0")}`,
];

function hex(random: Random): string {
  return random.nextUint32().toString(16).padStart(8, "0");
}

export function randomShop(random: Random): RandomShop {
  const nameUser = NAMINGS[random.below(NAMINGS.length)]!;
  const nameItem = NAMINGS[random.below(NAMINGS.length)]!;
  const users = Array.from({ length: 8 + random.below(12) }, (_, index) => nameUser(random, index));
  const catalogue = Array.from({ length: 12 + random.below(18) }, (_, index) => ({
    item: nameItem(random, index),
    title: `${words(random)} ${index}`,
    category: CATEGORIES[random.below(CATEGORIES.length)]!,
    price: (50 + random.below(250_000)) / 100,
  }));
  const start = 1_600_000_000 + random.below(1000) * DAY;
  const purchases = users.flatMap((user) => {
    const items = random.shuffle(catalogue.map(({ item }) => item)).slice(0, 3 + random.below(6));
    let day = random.below(30);
    return items.map((item) => {
      day += 1 + random.below(9);
      const time = start - (start % DAY) + day * DAY + random.below(DAY / 60) * 60 + random.below(60);
      return { user, item, time, rating: 1 + random.below(9) / 2 };
    });
  });
  return { purchases: random.shuffle(purchases), catalogue: random.shuffle(catalogue) };
}

function words(random: Random): string {
  return Array.from({ length: 2 + random.below(3) }, () => WORDS[random.below(WORDS.length)]!).join(" ");
}
