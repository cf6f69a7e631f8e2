// A synthetic shop at two times: what was known first, and the version that `isrf data append` makes of it when every
// user has bought twice more, and a tenth of the users and a twentieth of the items are new.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { appendToDataset, type Dataset, importDataset, synthesiseShop } from "../../src/data/index.ts";

export interface GrowingShop {
  readonly before: Dataset;
  readonly later: Dataset;
}

const isNewUser = (user: number): boolean => user % 10 === 9;
const isNewItem = (item: number): boolean => item % 20 === 19;

export async function growingShop(
  directory: string,
  size: { readonly users: number; readonly items: number },
): Promise<GrowingShop> {
  const whole = await synthesiseShop({ ...size, seed: 5, out: join(directory, "whole") });
  const rows: { readonly isLater: boolean; readonly text: string }[] = [];
  whole.sequences.forEach((sequence, user) => {
    sequence.forEach((item, position) => {
      const isLater = isNewUser(user) || isNewItem(item) || position >= sequence.length - 2;
      rows.push({
        isLater,
        text: `${whole.users[user]},${whole.items[item]!.itemId},${1_700_000_000 + position * 86_400}`,
      });
    });
  });
  const catalogue = whole.items.map(({ itemId, title, brand, price, categories = [] }) =>
    JSON.stringify({ item_id: itemId, title, brand, price, categories }),
  );
  const file = async (name: string, lines: readonly string[]): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, `${lines.join("\n")}\n`);
    return path;
  };
  const part = (isLater: boolean) => rows.filter((row) => row.isLater === isLater).map(({ text }) => text);
  const head = "user_id,item_id,timestamp";
  const items = [await file("items.jsonl", catalogue)];
  const before = await importDataset({
    interactions: await file("before.csv", [head, ...part(false)]),
    items,
    kCore: 0,
    out: join(directory, "shop"),
  });
  const { dataset: later } = await appendToDataset(before.directory, {
    interactions: await file("later.csv", [head, ...part(true)]),
    items,
    out: join(directory, "shop-2"),
  });
  return { before, later };
}
