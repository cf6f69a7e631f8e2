// Small exports as newcomers have them, each of the same invented shop: people who keep to a kind of things and buy
// along it. Files in the manner of MovieLens (latest), of Amazon reviews (2023) and of a Shopify orders export.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Random } from "../../src/base/random.ts";

const USERS = 40;
const ITEMS = 36;
const KINDS = ["Tea", "Coffee", "Spices"];
const FIRST_SECOND = 1_600_000_000;
const DAY_SECONDS = 86_400;

interface Purchase {
  readonly user: number;
  readonly item: number;
  readonly second: number;
  readonly rating: number;
}

/** In order of time; each person has eight to twelve things, most of them of one kind. */
function purchases(): Purchase[] {
  const all = Array.from({ length: USERS }, (_, user) => {
    const random = Random.of(7, `newcomer/${user}`);
    const taken = new Set<number>();
    while (taken.size < 8 + (user % 5)) {
      const kind = random.below(4) === 0 ? random.below(3) : user % 3;
      taken.add(kind + 3 * random.below(ITEMS / 3));
    }
    return [...taken].map((item, place) => ({
      user,
      item,
      second: FIRST_SECOND + (user * 3 + place * 11) * DAY_SECONDS + random.below(DAY_SECONDS),
      rating: 3 + random.below(3),
    }));
  }).flat();
  return all.sort((a, b) => a.second - b.second);
}

const titleOf = (item: number): string =>
  `${KINDS[item % 3]} of the ${["North", "South", "East", "West"][item % 4]} ${item}`;

async function writeLines(file: string, lines: readonly string[]): Promise<string> {
  await writeFile(file, `${lines.join("\n")}\n`);
  return file;
}

export interface NewcomerFiles {
  readonly interactions: string;
  readonly items?: string;
}

/** `ratings.csv` and `movies.csv`. */
export async function movieLensFiles(directory: string): Promise<NewcomerFiles> {
  const rows = purchases().map(({ user, item, rating, second }) => `${user + 1},${item + 101},${rating}.0,${second}`);
  const films = Array.from(
    { length: ITEMS },
    (_, item) => `${item + 101},"${titleOf(item)} (19${40 + item})",${KINDS[item % 3]}|Drama`,
  );
  return {
    interactions: await writeLines(join(directory, "ratings.csv"), ["userId,movieId,rating,timestamp", ...rows]),
    items: await writeLines(join(directory, "movies.csv"), ["movieId,title,genres", ...films]),
  };
}

/** Reviews and metadata as JSON lines. */
export async function amazonFiles(directory: string): Promise<NewcomerFiles> {
  const reviews = purchases().map(({ user, item, rating, second }) =>
    JSON.stringify({
      rating,
      title: "Good",
      text: "I like it.",
      asin: `B0${item}X`,
      parent_asin: `B0${item}`,
      user_id: `AE${user}`,
      timestamp: second * 1000,
      helpful_vote: 0,
      verified_purchase: true,
    }),
  );
  const meta = Array.from({ length: ITEMS }, (_, item) =>
    JSON.stringify({
      main_category: "Grocery",
      title: titleOf(item),
      average_rating: 4.1,
      price: 3.5 + item,
      store: item % 2 === 0 ? "Leaf & Co" : "Roast",
      categories: ["Grocery", KINDS[item % 3]],
      parent_asin: `B0${item}`,
    }),
  );
  return {
    interactions: await writeLines(join(directory, "Grocery.jsonl"), reviews),
    items: await writeLines(join(directory, "meta_Grocery.jsonl"), meta),
  };
}

/** One line an ordered article; the shop's own columns around what matters. */
export async function shopifyFiles(directory: string): Promise<NewcomerFiles> {
  const header =
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Vendor";
  const rows = purchases().map(({ user, item, second }, order) => {
    const when = new Date(second * 1000).toISOString().replace("T", " ").replace(".000Z", " +0000");
    return `#${1001 + order},person${user}@example.org,paid,${when},fulfilled,EUR,${3 + item}.50,${when},1,${titleOf(item)},${3 + item}.50,TEA-${item},Leaf & Co`;
  });
  return { interactions: await writeLines(join(directory, "orders_export_1.csv"), [header, ...rows]) };
}
