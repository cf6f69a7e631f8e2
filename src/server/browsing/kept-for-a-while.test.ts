import { afterEach, expect, test, vi } from "vitest";
import { KeptForAWhile } from "./kept-for-a-while.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("keeps what was made for as long as is said, or twenty times as long as it took", async () => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout"] });
  const kept = new KeptForAWhile<number>(1000);
  let made = 0;
  const takes = async (ms: number) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return ++made;
  };
  const ask = async (ms: number) => {
    const found = kept.orMake("one", () => takes(ms));
    await vi.advanceTimersByTimeAsync(ms);
    return found;
  };
  expect(await Promise.all([ask(500), ask(0)])).toEqual([1, 1]);
  await vi.advanceTimersByTimeAsync(9000);
  expect(await ask(0)).toBe(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await ask(10)).toBe(2);
  await vi.advanceTimersByTimeAsync(900);
  expect(await ask(10)).toBe(2);
  await vi.advanceTimersByTimeAsync(200);
  expect(await ask(10)).toBe(3);
});

test("what is kept no longer, and of very many what was made first, is let go", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const kept = new KeptForAWhile<number>(1000);
  let made = 0;
  const ask = (key: number) => kept.orMake(String(key), async () => ++made);
  const held = () => (kept as unknown as { kept: Map<string, unknown> }).kept.size;
  for (let key = 0; key < 10; key++) await ask(key);
  await vi.advanceTimersByTimeAsync(2000);
  await ask(10);
  expect(held()).toBe(1);
  for (let key = 0; key < 100; key++) await ask(key);
  expect(held()).toBe(32);
  made = 0;
  await ask(99);
  expect(made).toBe(0);
});

test("what failed is made anew", async () => {
  const kept = new KeptForAWhile<number>(1000);
  await expect(kept.orMake("one", () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  expect(await kept.orMake("one", async () => 7)).toBe(7);
});
