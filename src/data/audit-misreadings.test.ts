import { join } from "node:path";
import { expect, it } from "vitest";
import { directoryWith } from "../../test/support/temporary.ts";
import type { AuditCheck } from "./audit-check.ts";
import { misreadings } from "./audit-misreadings.ts";
import { importDataset } from "./import-dataset.ts";
import type { RawShop } from "./raw-shop.ts";

async function checksOf(rows: readonly string[], items: readonly string[] = []): Promise<Map<string, AuditCheck>> {
  const directory = await directoryWith({
    "orders.csv": `${["user,item,ts", ...rows].join("\n")}\n`,
    "items.csv": `${["item;title;price;categories", ...items].join("\n")}\n`,
  });
  const dataset = await importDataset({
    interactions: join(directory, "orders.csv"),
    items: items.length > 0 ? join(directory, "items.csv") : undefined,
    out: join(directory, "shop"),
    kCore: 0,
    minLength: 3,
  });
  return new Map((await misreadings(dataset)).map((check) => [check.name, check]));
}

const verdicts = (checks: ReadonlyMap<string, AuditCheck>) =>
  [...checks.values()].filter(({ verdict }) => verdict !== "ok").map(({ name }) => name);

/** 30 users, each with four of six items, at moments of their own. */
const ROWS = Array.from({ length: 30 }, (_, u) =>
  [0, 1, 2, 3].map((k) => `u${u},p${(u + k) % 6},${1_700_000_123 + u * 777 + k * 86_401}`),
).flat();
const ITEMS = Array.from({ length: 6 }, (_, k) => `p${k};lamp ${k};${k + 1}.50;lamps|desk`);

it("finds nothing odd in a plain shop", async () => {
  const checks = await checksOf(ROWS, ITEMS);
  expect(verdicts(checks)).toEqual([]);
  expect(checks.get("catalogue-entries")!.numbers).toEqual({ items: 6, entries: 6, titles: 6 });
  expect(checks.get("tied-times")!.numbers).toEqual({ ties: 0, share: 0, heldOutTies: 0 });
});

it("finds days, ties and times out of range", async () => {
  const day = (row: string) => row.replace(/(\d+)$/, (time) => String(Math.floor(Number(time) / 172_800) * 172_800));
  const days = await checksOf(ROWS.map(day), ITEMS);
  expect(verdicts(days)).toEqual(["times-at-midnight", "tied-times"]);
  const unknown = await checksOf(
    ROWS.map((row, k) => (k < 3 ? row.replace(/\d+$/, "86400") : k === 3 ? row.replace(/\d+$/, "9700000000") : row)),
    ITEMS,
  );
  expect(unknown.get("time-range")).toMatchObject({ verdict: "warn", numbers: { times: 120, early: 3, late: 1 } });
});

it("finds guests, ids that differ in case, and items sold once", async () => {
  // As a reader of one's own hands them over: the product's readers leave out words for no value.
  const items = Array.from({ length: 96 }, (_, k) => ({ itemId: k < 6 ? `p${k}` : `once${k}`, sourceNumber: k + 1 }));
  const sequences = Array.from({ length: 30 }, (_, u) => Int32Array.from([0, 1, 2, 3], (k) => (u + k) % 6));
  const shop: RawShop = {
    users: [...sequences.map((_, u) => (u === 29 ? " U1" : `u${u}`)), "NULL"],
    items,
    sequences: [...sequences, Int32Array.from({ length: 90 }, (_, k) => k + 6)],
  };
  const out = join(await directoryWith({}), "shop");
  const read = async () => ({ shop, files: [], facts: {} });
  const checks = await misreadings(await importDataset({ read, out, kCore: 0, minLength: 3 }));
  const found = new Map(checks.map((check) => [check.name, check]));
  expect(verdicts(found)).toEqual([
    "busiest-user",
    "alike-users",
    "missing-words",
    "items-sold-once",
    "catalogue-entries",
  ]);
  expect(found.get("alike-users")!.finding).toBe(
    '2 users differ from another one in case or blanks only: "u1" and " U1".',
  );
  expect(found.get("missing-words")!.numbers).toEqual({ users: 1, items: 0 });
  expect(found.get("items-sold-once")!.finding).toContain("row or order number");
});

it("finds prices apart and categories that are no categories", async () => {
  const sentence = "A lamp for the desk that is warm and bright and lasts long";
  const items = ITEMS.map((row, k) => row.replace("lamps|desk", k < 2 ? sentence : "lamps").replace("6.50", "650"));
  const checks = await checksOf(ROWS, items);
  expect(verdicts(checks)).toEqual(["prices-apart", "odd-categories"]);
  expect(checks.get("prices-apart")!.finding).toContain("(p5 at 650)");
});
