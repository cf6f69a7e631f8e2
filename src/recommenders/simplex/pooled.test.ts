import { expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { compile, trace } from "../../engine/index.ts";
import { poolAll } from "./pooled.ts";

const [N_USERS, N_ITEMS, WIDTH, MAX_HISTORY] = [37, 20, 6, 5];
const random = Random.of(3, "histories");
const prefixes = Array.from({ length: N_USERS }, (_, user) =>
  Int32Array.from({ length: user % 8 }, () => random.below(N_ITEMS)),
);
const items = Random.of(4, "items").normals((N_ITEMS + 1) * WIDTH);

async function pooled(mostGathered?: number): Promise<Float32Array> {
  const program = trace((t) => ({
    pooled: poolAll(t, t.input("items", [N_ITEMS + 1, WIDTH]), prefixes, MAX_HISTORY, mostGathered),
  }));
  const session = await compile(program, { threads: 1 });
  try {
    return (await session.run<"pooled">({ items })).pooled as Float32Array;
  } finally {
    await session.dispose();
  }
}

test("everybody's newest items are averaged; nobody's are zeros", async () => {
  const found = await pooled();
  prefixes.forEach((prefix, user) => {
    const newest = prefix.slice(-MAX_HISTORY);
    for (let c = 0; c < WIDTH; c++) {
      const sum = newest.reduce((total, item) => total + items[item * WIDTH + c]!, 0);
      expect(found[user * WIDTH + c]).toBeCloseTo(sum / Math.max(1, newest.length), 5);
    }
  });
});

test("blocks of users give the numbers that all at once give, bit for bit", async () => {
  expect(await pooled(4 * MAX_HISTORY * WIDTH)).toEqual(await pooled());
});

test("a shop may have more users than a call takes arguments", () => {
  const many = new Array<Int32Array>(200_000).fill(Int32Array.of(1, 2));
  const { nodes } = trace((t) => ({ pooled: poolAll(t, t.input("items", [N_ITEMS + 1, WIDTH]), many, MAX_HISTORY) }));
  expect(nodes.at(-1)!.shape).toEqual([200_000, WIDTH]);
});
