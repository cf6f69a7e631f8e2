import { expect, it } from "vitest";
import { inTurn } from "./in-turn.ts";

it("does one thing after the other, also after one that failed", async () => {
  const [turn, told] = [inTurn(), [] as string[]];
  const work = (name: string) => async () => {
    told.push(`${name} begins`);
    await new Promise((done) => setTimeout(done, 0));
    told.push(`${name} ends`);
    if (name === "a") throw new Error("refused");
    return name;
  };
  const [a, b] = await Promise.allSettled([turn(work("a")), turn(work("b"))]);
  expect(told).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  expect([a.status, b.status]).toEqual(["rejected", "fulfilled"]);
});
