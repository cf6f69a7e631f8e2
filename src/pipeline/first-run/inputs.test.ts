import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import { importFacts } from "./inputs.ts";

test("files count by their content, options by their value, and what was not given not at all", async () => {
  const folder = await directoryWith({ "orders.csv": "user,item\n", "same.csv": "user,item\n" });
  const orders = join(folder, "orders.csv");
  const facts = await importFacts({ interactions: orders, kCore: 3, attributes: ["colour"], items: undefined });
  expect(facts).toEqual({
    [orders]: expect.stringMatching(/^[0-9a-f]{64}$/),
    "--k-core": "3",
    "--attributes": '["colour"]',
  });
  const same = await importFacts({ interactions: join(folder, "same.csv") });
  expect(Object.values(same)[0]).toBe(facts[orders]);
  await writeFile(orders, "user,item\nu,i\n");
  expect((await importFacts({ interactions: orders }))[orders]).not.toBe(facts[orders]);
});

test("several files count with their order, and patterns by the files that they fit", async () => {
  const folder = await directoryWith({ "jan.csv": "u,i\n", "feb.csv": "u,j\n" });
  const [january, february] = [join(folder, "jan.csv"), join(folder, "feb.csv")];
  const facts = await importFacts({ interactions: [january, february] });
  expect(Object.keys(facts)).toEqual([january, february, "the order of --interactions"]);
  expect(await importFacts({ interactions: [february, january] })).not.toEqual(facts);
  const pattern = { interactions: join(folder, "*.csv"), glob: true };
  expect(Object.keys(await importFacts(pattern))).toContain(january);
  await writeFile(join(folder, "mar.csv"), "u,k\n");
  expect(Object.keys(await importFacts(pattern))).toContain(join(folder, "mar.csv"));
});

test("files count with what they are given as", async () => {
  const folder = await directoryWith({ "a.csv": "1\n", "b.csv": "2\n" });
  const [a, b] = [join(folder, "a.csv"), join(folder, "b.csv")];
  const facts = await importFacts({ items: a, users: b });
  expect(Object.keys(facts)).toEqual([`--items ${a}`, `--users ${b}`]);
  expect(await importFacts({ items: b, users: a })).not.toEqual(facts);
});

test("what comes through a pipe is never taken for what came before", async () => {
  const first = await importFacts({ interactions: "-" });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await importFacts({ interactions: "-" })).not.toEqual(first);
});

test("a folder counts by the files in it", async () => {
  const folder = await directoryWith({ "sequential.txt": "1 2 3\n" });
  const before = await importFacts({ dir: folder });
  await mkdir(join(folder, "deeper"));
  expect(await importFacts({ dir: folder })).toEqual(before);
  await writeFile(join(folder, "more.txt"), "");
  expect(await importFacts({ dir: folder })).not.toEqual(before);
});

test("addresses count without their names, passwords and tokens, and by what their queries ask for", async () => {
  const table = await importFacts({ interactions: "postgres://shop:s3cret@db.example/sales", items: "shop.csv" });
  expect(table).toEqual({ "postgres://db.example/sales": "not a file", "--items shop.csv": "not a file" });
  const exported = (month: string) => importFacts({ interactions: `https://shop.example/orders?month=${month}` });
  const [may, june] = [await exported("may"), await exported("june")];
  expect(JSON.stringify(may)).not.toContain("month");
  expect(await exported("may")).toEqual(may);
  expect(june).not.toEqual(may);
});
