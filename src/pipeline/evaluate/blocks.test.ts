import { expect, it } from "vitest";
import { usersPerBlock } from "./blocks.ts";

// 256 users x 12,101 items x 4 bytes = 11.8 MiB; 32 x 1e6 x 4 = 122 MiB; 256 x 1e6 x 4 = 977 MiB.
it("takes fewer users the larger the catalogue and the smaller the budget", () => {
  expect(usersPerBlock(12_101)).toBe(256);
  expect(usersPerBlock(12_101, 11)).toBe(32);
  expect(usersPerBlock(1_000_000)).toBe(32);
  expect(usersPerBlock(1_000_000, 1000)).toBe(256);
  expect(usersPerBlock(1_000_000_000)).toBe(1);
});
