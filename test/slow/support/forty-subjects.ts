// A shop of 30 items and 10 users, small enough for a small model on one processor: part of a synthetic one's
// catalogue, as those have 80 subjects at the least.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { importDataset, synthesiseShop } from "../../../src/data/index.ts";

export const FORTY = { items: 30, users: 10 };
/** Each item is bought by two, and no two users buy the same: equal questions are put once. */
const BOUGHT = 6;
const SHIFT = 3;

/** Written to `out`; its sources stay in `folder`. */
export async function fortySubjects(folder: string, out: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const source = await synthesiseShop({ items: 60, users: 20, seed: 8, out: join(folder, "source") });
  const kept = source.items.slice(0, FORTY.items);
  const catalogue = kept.map(({ itemId, title, brand, categories, price, description }) =>
    JSON.stringify({ item_id: itemId, title, brand, categories, price, description }),
  );
  const orders = Array.from({ length: FORTY.users * BOUGHT }, (_, i) => {
    const user = Math.floor(i / BOUGHT);
    const item = (i + SHIFT * Math.floor(i / FORTY.items)) % FORTY.items;
    return `user-${user},${kept[item]!.itemId},${1000 + i}`;
  });
  const [interactions, products] = [join(folder, "orders.csv"), join(folder, "items.jsonl")];
  await writeFile(interactions, ["user_id,item_id,timestamp", ...orders].join("\n"));
  await writeFile(products, catalogue.join("\n"));
  await importDataset({ interactions, items: [products], kCore: 0, out });
}
