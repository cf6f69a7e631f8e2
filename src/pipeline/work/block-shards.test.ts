import { expect, it } from "vitest";
import { shardsAfter, shardsOf } from "./block-shards.ts";

it("divides users into whole blocks, the last one shorter", () => {
  expect(shardsOf(600, 256)).toEqual([
    { from: 0, to: 256 },
    { from: 256, to: 512 },
    { from: 512, to: 600 },
  ]);
  expect(shardsOf(0, 256)).toEqual([]);
});

it("makes at most 256 shards while they stay small, and shards of bounded size beyond", () => {
  const beauty = shardsOf(22_363, 32);
  expect(beauty).toHaveLength(233);
  expect(beauty[0]).toEqual({ from: 0, to: 96 });
  const many = shardsOf(10_000_000, 256);
  expect(many[0]).toEqual({ from: 0, to: 16_384 });
  expect(many.at(-1)!.to).toBe(10_000_000);
  expect(shardsOf(100_000, 20_000)[0]).toEqual({ from: 0, to: 20_000 });
});

it("goes on within a shard where another process stopped", () => {
  expect(shardsAfter(512, shardsOf(600, 256))).toEqual([{ from: 512, to: 600 }]);
  expect(shardsAfter(300, shardsOf(600, 256))[0]).toEqual({ from: 300, to: 512 });
});
