import { expect, test } from "vitest";
import { KeptAnswers } from "./kept-answers.ts";

function keeper(count: number, bytes: number) {
  const made: string[] = [];
  const kept = new KeptAnswers<string>({ count, bytes, sizeOf: ({ length }) => length });
  return {
    made,
    async ask(key: string, answer: string): Promise<boolean> {
      const { answer: given, isKept } = kept.orMake(key, async () => {
        made.push(key);
        return answer;
      });
      await given;
      await new Promise(setImmediate);
      return isKept;
    },
    fail: (key: string) => kept.orMake(key, () => Promise.reject(new Error("away"))).answer,
  };
}

test("keeps no more answers than are wanted, the ones used last", async () => {
  const { ask } = keeper(2, 1 << 20);
  for (const key of ["a", "b", "a", "c"]) await ask(key, "x");
  expect(await ask("a", "x")).toBe(true);
  expect(await ask("b", "x")).toBe(false);
});

test("keeps fewer where they are large, and none that is larger than all together", async () => {
  const { ask } = keeper(100, 10_000);
  for (const key of ["a", "b", "c"]) await ask(key, "x".repeat(4000));
  expect(await ask("c", "")).toBe(true);
  expect(await ask("b", "")).toBe(true);
  expect(await ask("a", "y")).toBe(false);
  expect(await ask("huge", "x".repeat(20_000))).toBe(false);
  expect(await ask("huge", "x".repeat(20_000))).toBe(false);
  expect(await ask("b", "")).toBe(true);
});

test("makes what failed anew, shares what is being made, and keeps nothing where none is wanted", async () => {
  const { ask, fail, made } = keeper(10, 10_000);
  await expect(fail("a")).rejects.toThrow("away");
  await new Promise(setImmediate);
  const both = await Promise.all([ask("a", "x"), ask("a", "x")]);
  expect([both, made]).toEqual([[false, true], ["a"]]);
  const none = keeper(0, 0);
  for (const _ of [0, 1]) expect(await none.ask("a", "x")).toBe(false);
});
