// A random shop, written as shops write tables, imports as the shop that it is, or is refused. Never as another one.
import { join } from "node:path";
import { expect, test } from "vitest";
import { InputError, UsageError } from "../../src/base/errors.ts";
import { Random } from "../../src/base/random.ts";
import { readTables } from "../../src/data/readers/tables.ts";
import { directoryWith } from "../support/temporary.ts";
import { writeShop } from "./dialect.ts";
import { type RandomShop, randomShop } from "./random-shop.ts";

const BATCHES = 10;
/** A reading waits for half of its time. */
const AT_ONCE = 4;
/** A reader that refused everything would pass otherwise. */
const READ_AT_LEAST = 0.9;

interface Histories {
  readonly histories: Readonly<Record<string, readonly string[]>>;
  readonly catalogue: Readonly<Record<string, { title: string; categories: readonly string[]; price: number }>>;
}

function truth({ purchases, catalogue }: RandomShop): Histories {
  const histories: Record<string, string[]> = {};
  for (const { user, item } of [...purchases].sort((a, b) => a.time - b.time)) {
    histories[user] ??= [];
    histories[user].push(item);
  }
  const sold = new Set(purchases.map(({ item }) => item));
  const entries = catalogue.filter(({ item }) => sold.has(item));
  return {
    histories,
    catalogue: Object.fromEntries(
      entries.map(({ item, title, category, price }) => [item, { title, categories: [category], price }]),
    ),
  };
}

/** What was read, or why it was refused. */
async function readBack(seed: number): Promise<{ found: Histories | string; expected: Histories; dialect: string }> {
  const random = Random.of(2026, `dialect ${seed}`);
  const shop = randomShop(random);
  const { files, interactions, items, dialect } = writeShop(random, shop);
  const directory = await directoryWith(files);
  const at = (name: string) => join(directory, name);
  const expected = truth(shop);
  try {
    const read = await readTables({ format: "auto", interactions: interactions.map(at), items: at(items) }, () => {});
    return { found: asHistories(read.shop), expected, dialect };
  } catch (error) {
    if (!(error instanceof InputError || error instanceof UsageError)) throw new Error(dialect, { cause: error });
    return { found: error.message, expected, dialect };
  }
}

function asHistories({ users, items, sequences }: Awaited<ReturnType<typeof readTables>>["shop"]): Histories {
  return {
    histories: Object.fromEntries(
      users.map((user, index) => [user, Array.from(sequences[index]!, (item) => items[item]!.itemId)]),
    ),
    catalogue: Object.fromEntries(
      items.map(({ itemId, title = "", categories = [], price = Number.NaN }) => [
        itemId,
        { title, categories, price },
      ]),
    ),
  };
}

/** Cases for the first `dialects` ones. */
export function dialectCases(dialects: number): void {
  const refused: string[] = [];

  test.each(Array.from({ length: BATCHES }, (_, batch) => batch))("dialects, part %i", async (batch) => {
    const size = dialects / BATCHES;
    let next = batch * size;
    const lane = async () => {
      while (next < (batch + 1) * size) {
        const seed = next++;
        const { found, expected, dialect } = await readBack(seed);
        if (typeof found === "string") refused.push(`${seed}: ${found}\n  ${dialect}`);
        else expect.soft(found, `dialect ${seed}: ${dialect}`).toEqual(expected);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  });

  test("most dialects are read", () => {
    expect(refused.length / dialects, refused.join("\n")).toBeLessThan(1 - READ_AT_LEAST);
  });
}
