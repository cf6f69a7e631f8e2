import { expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { holdersOf } from "./holders.ts";

test("names whose histories hold an item, each once and in order; of an item that came later nobody", async () => {
  const random = Random.of(3);
  const histories = Array.from({ length: 12_000 }, () => Int32Array.from({ length: 4 }, () => random.below(50)));
  for (const item of [0, 17, 49]) {
    const expected = [...histories.keys()].filter((user) => histories[user]!.includes(item));
    expect([...(await holdersOf(histories, item, 50))]).toEqual(expected);
  }
  expect(await holdersOf(histories, 50, 50)).toHaveLength(0);
  expect(await holdersOf([], 0, 0)).toHaveLength(0);
});

test("lets others work while it goes through very many histories, and does so once", async () => {
  const histories = Array.from({ length: 20_000 }, (_, user) => Int32Array.of(user % 7));
  let turns = 0;
  let next: NodeJS.Immediate | undefined;
  const work = () => {
    turns++;
    next = setImmediate(work);
  };
  work();
  await holdersOf(histories, 3, 7);
  clearImmediate(next);
  expect(turns).toBeGreaterThan(4);
  const [one, other] = await Promise.all([holdersOf(histories, 3, 7), holdersOf(histories, 3, 7)]);
  expect(one.buffer).toBe(other.buffer);
});
