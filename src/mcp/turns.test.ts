import { expect, test } from "vitest";
import { BusyError, Turns } from "./turns.ts";

test("does one piece of work at a time, in order, also after one that failed", async () => {
  const [turns, done] = [new Turns(10), [] as number[]];
  let isBusy = false;
  const work = (at: number) => async () => {
    expect(isBusy).toBe(false);
    isBusy = true;
    await new Promise(setImmediate);
    isBusy = false;
    done.push(at);
    if (at === 1) throw new Error("failed");
  };
  const all = await Promise.allSettled([0, 1, 2].map((at) => turns.take(work(at))));
  expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(done).toEqual([0, 1, 2]);
});

test("refuses more than may wait, and takes them when there is room", async () => {
  const turns = new Turns(2);
  const asked = Array.from({ length: 5 }, () => turns.take(() => new Promise(setImmediate)));
  const refused = (await Promise.allSettled(asked)).flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(refused).toHaveLength(3);
  expect(refused[0]).toBeInstanceOf(BusyError);
  await turns.idle();
  expect(await turns.take(async () => "answered")).toBe("answered");
});
