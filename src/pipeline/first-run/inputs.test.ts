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

test("a folder counts by the files in it", async () => {
  const folder = await directoryWith({ "sequential.txt": "1 2 3\n" });
  const before = await importFacts({ dir: folder });
  await mkdir(join(folder, "deeper"));
  expect(await importFacts({ dir: folder })).toEqual(before);
  await writeFile(join(folder, "more.txt"), "");
  expect(await importFacts({ dir: folder })).not.toEqual(before);
});
