// A small shop with reviews, in the files that P5's successors ship: each item has a feature, and everybody who writes
// about it says the same of it.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Random } from "../../src/base/random.ts";

export const ADJECTIVES = ["soft", "bright", "strong", "fresh", "sweet"] as const;
export const FEATURES = ["scent", "colour", "brush", "bottle"] as const;

const N_USERS = 40;
const N_ITEMS = 60;
const LENGTH = 7;

export interface ShopReview {
  readonly user: number;
  readonly item: number;
  readonly explanation: string;
  readonly feature: string;
}

export const featureOf = (item: number): string => FEATURES[item % FEATURES.length]!;

export const sentenceOf = (item: number): string =>
  `the ${ADJECTIVES[item % ADJECTIVES.length]!} ${featureOf(item)} makes it a very good choice for me`;

export interface ReviewedShop {
  /** Items by user, from 1. */
  readonly sequences: readonly (readonly number[])[];
  readonly reviews: Readonly<Record<"train" | "val" | "test", readonly ShopReview[]>>;
}

/** Every fifth interaction is in the test part, the next in validation, the others are learnt: no matter when. */
export function planReviews(): ReviewedShop {
  const random = Random.of(7, "reviewed shop");
  const sequences = Array.from({ length: N_USERS }, () => {
    const items = new Set<number>();
    while (items.size < LENGTH) items.add(1 + random.below(N_ITEMS));
    return [...items];
  });
  const reviews: Record<"train" | "val" | "test", ShopReview[]> = { train: [], val: [], test: [] };
  sequences.forEach((items, k) => {
    items.forEach((item, at) => {
      const part = (k + at) % 5 === 0 ? "test" : (k + at) % 5 === 1 ? "val" : "train";
      reviews[part].push({ user: k + 1, item, explanation: sentenceOf(item), feature: featureOf(item) });
    });
  });
  return { sequences, reviews };
}

/** Write `sequential.txt` and `explanation.json` into `directory`. */
export async function writeReviewedShop(directory: string): Promise<ReviewedShop> {
  const shop = planReviews();
  await mkdir(directory, { recursive: true });
  const lines = shop.sequences.map((items, k) => `${[k + 1, ...items].join(" ")}\n`);
  await writeFile(join(directory, "sequential.txt"), lines.join(""));
  await writeFile(join(directory, "explanation.json"), JSON.stringify(shop.reviews));
  return shop;
}
