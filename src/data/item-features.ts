// Categories and brands by number, item after item in one array: what counts them for a large catalogue needs no texts.
import { inTurns } from "../base/in-turns.ts";
import type { Item } from "./dataset.ts";

export interface ItemFeatures {
  /** By number. */
  readonly names: readonly string[];
  /** Of item i: `numbers[offsets[i]] .. numbers[offsets[i + 1] - 1]`, a name as often as it stands there. */
  readonly offsets: Int32Array;
  readonly numbers: readonly number[];
}

/** Items in one go, while others wait. */
const TOGETHER = 5000;

export async function itemFeatures(items: readonly Item[]): Promise<ItemFeatures> {
  const numberOf = new Map<string, number>();
  const offsets = new Int32Array(items.length + 1);
  const numbers: number[] = [];
  await inTurns(items.length, TOGETHER, (item) => {
    const { categories = [], brand } = items[item]!;
    for (const name of [...categories, brand]) {
      if (name === undefined) continue;
      const number = numberOf.get(name) ?? numberOf.size;
      numberOf.set(name, number);
      numbers.push(number);
    }
    offsets[item + 1] = numbers.length;
  });
  return { names: [...numberOf.keys()], offsets, numbers };
}

/** Tells of every user the features of `histories`, each once. */
export async function eachUsersFeatures(
  { names, offsets, numbers }: ItemFeatures,
  histories: readonly Int32Array[],
  tell: (feature: number, user: number) => void,
): Promise<void> {
  const lastUser = new Int32Array(names.length).fill(-1);
  await inTurns(histories.length, TOGETHER, (user) => {
    for (const item of histories[user]!) {
      for (let at = offsets[item]!; at < offsets[item + 1]!; at++) {
        const feature = numbers[at]!;
        if (lastUser[feature] === user) continue;
        lastUser[feature] = user;
        tell(feature, user);
      }
    }
  });
}
