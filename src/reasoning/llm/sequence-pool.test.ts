import { expect, it } from "vitest";
import { SequencePool } from "./sequence-pool.ts";

const turn = () => new Promise(setImmediate);

it("gives a prompt the free sequence that holds most of it", async () => {
  const pool = new SequencePool(["first", "second"]);
  const used = (prompt: string) => pool.use(prompt, async (sequence) => sequence);
  const slow = pool.use("lamp: who?", async (sequence) => {
    await turn();
    return sequence;
  });
  const [a, b] = await Promise.all([slow, used("sofa: who?")]);
  expect(a).not.toBe(b);
  expect(await used("sofa: who not?")).toBe(b);
  expect(await used("lamp: who not?")).toBe(a);
});

it("lets nobody use a sequence that is in use", async () => {
  const pool = new SequencePool([1, 2]);
  let most = 0;
  let now = 0;
  const work = async () => {
    most = Math.max(most, ++now);
    await turn();
    now--;
  };
  const failing = pool.use("x", () => Promise.reject(new Error("lost"))).catch((error: Error) => error.message);
  await Promise.all(Array.from({ length: 9 }, (_, i) => pool.use(`${i}`, work)));
  expect(most).toBe(2);
  expect(await failing).toBe("lost");
});
