// A dense part of a data set, small enough for a language model that is slow: the items that most people took in
// training, and the users with most of their training history among them. Held-out items are not looked at; what
// remains of each sequence is split anew. Who is rare in the part is no rare item of the shop: `part.json` says how
// often the items were taken there.
//   npx tsx scripts/dense-part.ts DATASET --items 2000 --users 2000 --out DIR
//   isrf data import --interactions DIR/interactions.csv --items DIR/items.jsonl --k-core 0 --min-length 3 --out PART
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeFileAtomic, writeJsonAtomic } from "../src/base/files.ts";
import { openDataset, splitOf } from "../src/data/index.ts";
import { csvRows } from "../src/pipeline/tables/csv.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    items: { type: "string", default: "2000" },
    users: { type: "string", default: "2000" },
    out: { type: "string" },
  },
});
const [directory] = positionals;
if (directory === undefined || values.out === undefined) throw new Error("expected a dataset and --out");
const wanted = { items: Number(values.items), users: Number(values.users) };
for (const [name, count] of Object.entries(wanted))
  if (!Number.isInteger(count) || count < 1) throw new Error(`--${name}: expected a number of them`);
const dataset = await openDataset(directory);
const { prefixes } = splitOf(dataset);

const takers = new Int32Array(dataset.items.length);
for (const prefix of prefixes) for (const item of prefix) takers[item]!++;
// Ties by the item's number, which tells nothing of what was held out.
const byTakers = [...takers.keys()].sort((a, b) => takers[b]! - takers[a]! || a - b);
const kept = new Set(byTakers.slice(0, wanted.items));

const heldOut = 2;
const remaining = (user: number) => [...dataset.sequences[user]!].filter((item) => kept.has(item));
const shares = prefixes.map((prefix) => [...prefix].filter((item) => kept.has(item)).length / prefix.length);
const users = [...shares.keys()]
  .filter((user) => remaining(user).length > heldOut)
  .sort(
    (a, b) => shares[b]! * prefixes[b]!.length - shares[a]! * prefixes[a]!.length || shares[b]! - shares[a]! || a - b,
  )
  .slice(0, wanted.users);

await mkdir(values.out, { recursive: true });
const rows = users.flatMap((user) =>
  remaining(user).map((item, at) => [dataset.users[user]!, dataset.items[item]!.itemId, 1_700_000_000 + at]),
);
const table = csvRows([["user_id", "item_id", "timestamp"], ...rows]);
await writeFileAtomic(join(values.out, "interactions.csv"), `${table}\n`);
const items = [...kept].map((item) => {
  const { itemId, title, brand, price, categories, description } = dataset.items[item]!;
  return JSON.stringify({ item_id: itemId, title, brand, price, categories, description });
});
await writeFileAtomic(join(values.out, "items.jsonl"), `${items.join("\n")}\n`);
const counts = [...kept].map((item) => takers[item]!);
const takersInShop = { most: counts[0]!, median: counts[counts.length >> 1]!, least: counts.at(-1)! };
await writeJsonAtomic(join(values.out, "part.json"), {
  command: `npx tsx scripts/dense-part.ts DATASET --items ${wanted.items} --users ${wanted.users} --out DIR`,
  of: { name: dataset.manifest.name, hash: dataset.hash },
  users: users.length,
  items: kept.size,
  interactions: rows.length,
  takersInShop,
});
console.log(
  `${users.length} users, ${kept.size} items, ${rows.length} interactions in ${values.out}; in the whole shop's ` +
    `training the items were taken ${takersInShop.least} to ${takersInShop.most} times`,
);
