// How many users have something of each category and brand in training: counted for all of them at once.
import { inTurns } from "../../base/in-turns.ts";
import type { Dataset, Split } from "../../data/index.ts";

/** Items or users in one go, while others wait. */
const TOGETHER = 5000;

/** By item, numbers of its features; by feature, its number. */
interface Numbered {
  readonly numbers: ReadonlyMap<string, number>;
  /** Of item i: `values[offsets[i]] .. values[offsets[i + 1] - 1]`. */
  readonly offsets: Int32Array;
  readonly values: readonly number[];
}

export async function countFeatureHolders(
  { items }: Pick<Dataset, "items">,
  { prefixes }: Pick<Split, "prefixes">,
): Promise<ReadonlyMap<string, number>> {
  const { numbers, offsets, values } = await numbered(items);
  const holders = new Int32Array(numbers.size);
  const lastUser = new Int32Array(numbers.size).fill(-1);
  await inTurns(prefixes.length, TOGETHER, (user) => {
    for (const item of prefixes[user]!)
      for (let at = offsets[item]!; at < offsets[item + 1]!; at++) {
        const feature = values[at]!;
        if (lastUser[feature] === user) continue;
        lastUser[feature] = user;
        holders[feature]!++;
      }
  });
  return new Map([...numbers].map(([name, number]) => [name, holders[number]!]));
}

async function numbered(items: Dataset["items"]): Promise<Numbered> {
  const numbers = new Map<string, number>();
  const offsets = new Int32Array(items.length + 1);
  const values: number[] = [];
  await inTurns(items.length, TOGETHER, (item) => {
    const { categories = [], brand } = items[item]!;
    for (const name of [...categories, brand]) {
      if (name === undefined) continue;
      const number = numbers.get(name) ?? numbers.size;
      numbers.set(name, number);
      values.push(number);
    }
    offsets[item + 1] = values.length;
  });
  return { numbers, offsets, values };
}
