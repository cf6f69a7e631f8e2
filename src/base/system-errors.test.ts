import { expect, test } from "vitest";
import { OperationError } from "./errors.ts";
import { namingPlace, reasonOf, systemErrorText } from "./system-errors.ts";

const refused = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: raw words, open '${path}'`), { code, syscall: "open", path });

test.each([
  ["out/.shop.0a1b2c3d.partial/items.parquet.rows.jsonl", "out/shop"],
  [".shop.0a1b2c3d.partial", "shop"],
  ["run/config.json.0a1b2c3d.partial", "run/config.json"],
  ["out/.shop.0a1b2c3d.replaced", "out/shop"],
  ["shop/manifest.json", "shop/manifest.json"],
])("%s is said under the name that users know", (path, known) => {
  expect(systemErrorText(refused("ENOSPC", path))).toBe(
    `${known}: the disk is full. Free some space, then run the same command again.`,
  );
});

test("a refusal without a path says the place that the caller knows", () => {
  expect(systemErrorText(refused("EROFS"), "shop")).toBe(
    "shop: the disk is read-only. Name a place that can be written.",
  );
});

test("errors of our own keep their words", async () => {
  expect(systemErrorText(new Error("ENOSPC"))).toBeUndefined();
  expect(reasonOf(new Error("two heads"))).toBe("two heads");
  const own = new Error("own");
  await expect(namingPlace("shop", () => Promise.reject(own))).rejects.toBe(own);
});

test("a refusal meanwhile is said of the place", async () => {
  const work = namingPlace("shop", () => Promise.reject(refused("EACCES", "shop/x")));
  await expect(work).rejects.toThrow(OperationError);
  await expect(work).rejects.toThrow("shop: no permission. Ask its owner for the right to it, or name another place.");
});
