import { expect, it } from "vitest";
import { GatheredWrites } from "./gathered-writes.ts";

/** A store that refuses the first `refusals` objects. */
function writesTo(refusals: number) {
  const kept: number[][] = [];
  let tries = 0;
  const writes = new GatheredWrites<number>({ address: "/folder" }, async (some) => {
    if (++tries <= refusals) throw new Error("the disk is full");
    kept.push([...some]);
  });
  return { writes, kept };
}

it("tells of a refusal, and puts what was refused with what comes next", async () => {
  const { writes, kept } = writesTo(1);
  writes.add(1, 2);
  await expect(writes.settle()).rejects.toThrow("the disk is full");
  writes.add(3);
  await writes.settle();
  expect(kept).toEqual([[1, 2, 3]]);
});

it("tries what was refused once more at the end", async () => {
  const { writes, kept } = writesTo(1);
  writes.add(1);
  await expect(writes.settle()).rejects.toThrow("the disk is full");
  await writes.close();
  expect(kept).toEqual([[1]]);
  const full = writesTo(2);
  full.writes.add(1);
  await expect(full.writes.close()).rejects.toThrow("the disk is full");
});
