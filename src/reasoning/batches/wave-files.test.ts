import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { FILE_LIMITS, WaveFiles } from "./wave-files.ts";

const linesOf = (path: string) => readFileSync(path, "utf8").split("\n").filter(Boolean);

it("begins another file where one has its requests or bytes", async () => {
  const folder = await temporaryDirectory();
  const byCount = new WaveFiles(folder, (number) => `count-${number}`, { requests: 2, bytes: 10_000 });
  for (const id of ["a", "b", "c", "d", "e"]) byCount.add(id, { prompt: id });
  expect(byCount.requests).toBe(5);
  const files = byCount.close();
  expect(files.map(({ ids }) => ids)).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  expect(JSON.parse(linesOf(files[1]!.path)[1]!)).toEqual({
    custom_id: "d",
    method: "POST",
    url: "/v1/chat/completions",
    body: { prompt: "d" },
  });
  const limits = { requests: 100, bytes: 300 };
  const byBytes = new WaveFiles(folder, (number) => `bytes-${number}`, limits);
  for (let i = 0; i < 10; i++) byBytes.add(`${i}`, { prompt: "x".repeat(40) });
  const small = byBytes.close();
  expect(small.flatMap(({ ids }) => ids)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  for (const { path } of small) expect(readFileSync(path).length).toBeLessThanOrEqual(limits.bytes);
  expect(small.length).toBeGreaterThan(2);
});

it("makes no file of nothing, and keeps to what servers take", async () => {
  expect(new WaveFiles(await temporaryDirectory(), () => "none").close()).toEqual([]);
  expect(FILE_LIMITS).toEqual({ requests: 50_000, bytes: 100_000_000 });
});
