// A dataset and what happened since: the new version is what one import of everything would have been.
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ProgressEvent } from "../../src/base/progress.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { besideSequences } from "../../src/data/beside-sequences.ts";
import { type Dataset, importDataset, openDataset } from "../../src/data/index.ts";
import { appendToDataset } from "../../src/index.ts";
import { reason } from "../../src/pipeline/reason/index.ts";
import { train } from "../../src/pipeline/train/index.ts";
import fc from "../support/fc.ts";
import { shell } from "../support/shell.ts";
import { directoryWith } from "../support/temporary.ts";

interface Row {
  readonly user: number;
  readonly item: number;
  readonly time: number;
  /** Default 5; a dislike is below 0. */
  readonly rating?: number | undefined;
}

const row = fc.record({
  user: fc.integer({ min: 1, max: 9 }),
  item: fc.integer({ min: 1, max: 14 }),
  time: fc.integer({ min: 1, max: 400 }),
  rating: fc.constantFrom(5, 5, 4, -1),
});

function csv(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ user, item, time, rating = 5 }) => `u${user},p${item},${1_700_000_000 + 3600 * time},${rating}`,
  );
  return `${["user_id,item_id,timestamp,rating", ...lines].join("\n")}\n`;
}

/** By user, the moments beside the history. */
async function timesOf({ directory, users, sequences }: Dataset): Promise<Record<string, number[]>> {
  const lengths = sequences.map(({ length }) => length);
  const times = (await besideSequences(directory, "timestamp", lengths))!;
  return Object.fromEntries(users.map((user, row) => [user, [...times[row]!]]));
}

function histories({ users, items, sequences }: Dataset): Record<string, string[]> {
  const entries = users.map((user, row) => [user, Array.from(sequences[row]!, (item) => items[item]!.itemId)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Enough that filters leave something, whatever is drawn. */
const BASE: readonly Row[] = Array.from({ length: 60 }, (_, k) => ({
  user: (k % 6) + 1,
  item: Math.floor(k / 6) + 1,
  time: k,
}));

describe("a dataset with what happened since", () => {
  it("equals one import of everything, filters included, whatever stands where", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 40 }),
        fc.array(row, { minLength: 1, maxLength: 40 }),
        async (a, b) => {
          const first = [...BASE, ...a];
          const later = [...b.filter((one) => isKnowable(one, first)), { user: 1, item: 15, time: 401 }];
          const files = { "first.csv": csv(first), "later.csv": csv(later), "all.csv": csv([...first, ...later]) };
          const directory = await directoryWith(files);
          const at = (name: string) => join(directory, name);
          const filters = { kCore: 3, minLength: 4 };
          await importDataset({ interactions: at("first.csv"), out: at("shop"), ...filters });
          const { dataset } = await appendToDataset(at("shop"), { interactions: at("later.csv"), out: at("shop-2") });
          const whole = await importDataset({ interactions: at("all.csv"), out: at("whole"), ...filters });
          expect(histories(dataset)).toEqual(histories(whole));
          expect(await timesOf(dataset)).toEqual(await timesOf(whole));
        },
      ),
      { numRuns: 8 },
    );
  });

  it("lists the records of the new file that it leaves out, as an import does", async () => {
    const directory = await directoryWith({
      "first.csv": csv(BASE),
      "later.csv": `${csv([1, 2, 3, 4, 5].map((user) => ({ user, item: 30, time: 700 })))}u2,p1\nu3,p2,1,2,3\n`,
    });
    const at = (name: string) => join(directory, name);
    await importDataset({ interactions: at("first.csv"), out: at("shop") });
    const said: string[] = [];
    const report = (event: ProgressEvent) => event.kind === "warning" && said.push(event.message);
    const options = { interactions: at("later.csv"), out: at("shop-2"), skipBadRows: true };
    await appendToDataset(at("shop"), options, report);
    const list = at("shop-2/left-out-records.csv");
    expect(said).toContain(`All 2 records that were left out stand in ${list}.`);
    const lines = (await readFile(list, "utf8")).trim().split("\n");
    expect(lines).toEqual([
      "file,line,reason,record",
      expect.stringMatching(/later\.csv","7",.*u2,p1/),
      expect.stringMatching(/later\.csv","8",.*u3,p2,1,2,3/),
    ]);
  });

  it("says where it comes from, keeps name and domain, and leaves the old one as it was", async () => {
    const directory = await directoryWith({
      "first.csv": csv(BASE),
      "later.csv": csv([
        { user: 20, item: 30, time: 500 },
        { user: 1, item: 1, time: 600 },
        { user: 1, item: 30, time: 700 },
      ]),
    });
    const at = (name: string) => join(directory, name);
    const old = await importDataset({ interactions: at("first.csv"), out: at("shop"), domain: "tea", minRating: 1 });
    const { dataset, added } = await appendToDataset(at("shop"), { interactions: at("later.csv"), out: at("shop-2") });
    expect(added).toEqual({
      users: 1,
      items: 1,
      interactions: 2,
      repeats: 1,
      moved: 0,
      takenBack: 0,
      returned: 0,
      changedItems: 0,
    });
    const { name, domain, lineage } = dataset.manifest;
    const version = { name: "shop", hash: old.hash, counts: old.manifest.counts };
    expect({ name, domain, lineage }).toEqual({ name: "shop", domain: "tea", lineage: [version] });
    expect(dataset.manifest.options.minRating).toBe(1);
    const again = await appendToDataset(at("shop-2"), { interactions: at("later-2.csv"), out: at("shop-3") }).catch(
      String,
    );
    expect(again).toContain("later-2.csv: no such file");
    expect((await openDataset(at("shop"))).hash).toBe(old.hash);
  });

  it("tells a run that was trained on the old version how far behind it is", async () => {
    const later = csv([
      { user: 1, item: 11, time: 900 },
      { user: 2, item: 11, time: 901 },
    ]);
    const directory = await directoryWith({ "first.csv": csv(BASE), "later.csv": later });
    const at = (name: string) => join(directory, name);
    await importDataset({ interactions: at("first.csv"), out: at("shop"), kCore: 1, minLength: 3 });
    await appendToDataset(at("shop"), { interactions: at("later.csv"), out: at("shop-2") });
    await train({ dataset: at("shop"), out: at("run"), model: "lightgcn", overrides: { epochs: 1 } });
    const asked = await shell(`recommend ${at("run")} --user u1 --top 1 --dataset ${at("shop-2")}`, commands);
    expect(asked.code).toBe(0);
    expect(asked.stderr).toContain("2 more interactions, and 1 items and 0 users");
    const measured = await shell(`evaluate ${at("run")} --dataset ${at("shop-2")}`, commands);
    expect(measured.code).toBe(2);
    expect(measured.stderr).toMatch(/a later version of the run's data \(.*2 more.*1 more/);
    expect((await shell(`recommend ${at("run")} --user u1 --top 1`, commands)).code).toBe(0);
  });

  it("takes texts along, which are asked for once", async () => {
    const directory = await directoryWith({
      "first.csv": csv(BASE),
      "later.csv": csv([{ user: 1, item: 11, time: 900 }]),
    });
    const at = (name: string) => join(directory, name);
    await importDataset({ interactions: at("first.csv"), out: at("shop") });
    await reason({ dataset: at("shop") });
    await appendToDataset(at("shop"), { interactions: at("later.csv"), out: at("shop-2") });
    await access(at("shop-2/reasoning/journal.db"));
    const { tally, items, users } = await reason({ dataset: at("shop-2") });
    expect(tally.reused).toBeGreaterThan(0);
    expect(tally.asked).toBeLessThan(3 * (items.subjects + users.subjects));
  });
});

describe("isrf data append", () => {
  it("refuses to write over the dataset itself, and files that hold nothing new", async () => {
    const directory = await directoryWith({ "first.csv": csv(BASE) });
    const file = join(directory, "first.csv");
    const shop = join(directory, "shop");
    await importDataset({ interactions: file, out: shop });
    const same = await shell(`data append ${shop} --interactions ${file} --out ${shop}`, commands);
    expect(same.code).toBe(2);
    expect(same.stderr).toMatch(/is the dataset itself.*another directory/);
    const nothing = await shell(`data append ${shop} --interactions ${file} --out ${shop}-2`, commands);
    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toMatch(/first\.csv: found no interaction and no item that .* does not hold already/);
    await expect(access(`${shop}-2`)).rejects.toThrow();
  });

  it("refuses files without times where the dataset has some, unless told to do without", async () => {
    const untimed = csv([{ user: 20, item: 30, time: 500 }]).replaceAll(/,[^,\n]*(,[^,\n]*\n)/g, "$1");
    const directory = await directoryWith({ "first.csv": csv(BASE), "later.csv": untimed });
    const at = (name: string) => join(directory, name);
    await importDataset({ interactions: at("first.csv"), out: at("shop"), kCore: 1, minLength: 3 });
    const line = `data append ${at("shop")} --interactions ${at("later.csv")} --out ${at("shop-2")}`;
    const { code, stderr } = await shell(line, commands);
    expect(code).toBe(2);
    expect(stderr).toMatch(/later\.csv: found no column of times, expected times, as .*shop has them.*--timestamp COL/);
    expect((await shell(`${line} --timestamp none`, commands)).code).toBe(0);
  });

  it("takes out what was taken back since, and says so", async () => {
    const directory = await directoryWith({
      "first.csv": csv(BASE),
      "later.csv": csv([
        { user: 1, item: 1, time: 500, rating: -1 },
        { user: 1, item: 2, time: 500 },
      ]),
    });
    const at = (name: string) => join(directory, name);
    await importDataset({ interactions: at("first.csv"), out: at("shop"), kCore: 1, minLength: 3, minRating: -1 });
    const line = `data append ${at("shop")} --interactions ${at("later.csv")} --out ${at("shop-2")}`;
    const refused = await shell(`${line} --min-rating -1`, commands);
    expect(refused.stderr).toMatch(/found no interaction and no item/);
    const { code, stdout, stderr } = await shell(`${line} --min-rating 1`, commands);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/0 interactions; 1 were known already, 1 were taken back/),
    });
    expect(stderr).toMatch(/later\.csv: 1 interactions of the dataset were taken back/);
    expect(stderr).toMatch(/was imported with --min-rating -1, and these files are read with --min-rating 1/);
  });

  it("takes new entries of items that nobody bought since, and misses none of the others", async () => {
    const catalogue = (items: readonly number[], word: string) =>
      ["item_id,title", ...items.map((item) => `p${item},${word} ${item}`), ""].join("\n");
    const directory = await directoryWith({
      "first.csv": csv(BASE),
      "items.csv": catalogue([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "Lamp"),
      "later.csv": csv([{ user: 1, item: 11, time: 900 }]),
      "items-2.csv": catalogue([2, 3, 11], "Warm lamp"),
    });
    const at = (name: string) => join(directory, name);
    await importDataset({
      interactions: at("first.csv"),
      items: at("items.csv"),
      out: at("shop"),
      kCore: 1,
      minLength: 3,
    });
    const line = `data append ${at("shop")} --interactions ${at("later.csv")} --items ${at("items-2.csv")} --out ${at("shop-2")}`;
    const { code, stdout, stderr } = await shell(line, commands);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("2 changed entries") });
    expect(stderr).not.toMatch(/without interactions|have none/);
    const titles = Object.fromEntries(
      (await openDataset(at("shop-2"))).items.map(({ itemId, title }) => [itemId, title]),
    );
    expect(titles).toMatchObject({ p1: "Lamp 1", p2: "Warm lamp 2", p3: "Warm lamp 3", p11: "Warm lamp 11" });
  });

  it("reads files as the import did: the columns, who is nobody, the clocks", async () => {
    const header = "customer_id,account_id,item_id,created_at";
    const orders = (days: readonly number[]) =>
      days.flatMap((day) =>
        [0, 1, 2, 3].map((k) => `c${(day + k) % 7},${k === 0 ? "0" : `a${k}`},p${day},2024-01-${10 + day} 03:00:00`),
      );
    const first = orders([1, 2, 3, 4, 5]);
    const later = orders([6, 7]);
    const directory = await directoryWith({
      "first.csv": [header, ...first, ""].join("\n"),
      "later.csv": [header, ...later, ""].join("\n"),
      "all.csv": [header, ...first, ...later, ""].join("\n"),
    });
    const at = (name: string) => join(directory, name);
    const said = { user: "account_id", guest: ["0"], timeZone: "Europe/Berlin", kCore: 1, minLength: 3 };
    await importDataset({ interactions: at("first.csv"), out: at("shop"), ...said });
    const whole = await importDataset({ interactions: at("all.csv"), out: at("whole"), ...said });
    const line = `data append ${at("shop")} --interactions ${at("later.csv")} --out ${at("shop-2")}`;
    const { code, stderr } = await shell(line, commands);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/are read as .*shop was: --guest 0 --time-zone Europe\/Berlin\./),
    });
    const dataset = await openDataset(at("shop-2"));
    expect(histories(dataset)).toEqual(histories(whole));
    expect(await timesOf(dataset)).toEqual(await timesOf(whole));
    expect(dataset.manifest.options).toMatchObject({ guest: ["0"], timeZone: "Europe/Berlin" });
  });

  it("tells of ids that are written otherwise than those that the dataset has, and of files of other items", async () => {
    const base = csv(BASE);
    const directory = await directoryWith({
      "first.csv": base,
      "capitals.csv": base.replaceAll("u", "U").replaceAll("User", "user").replaceAll("p1,", "P1,"),
      "others.csv": csv(Array.from({ length: 20 }, (_, k) => ({ user: 1, item: 100 + k, time: 500 + k }))),
    });
    const at = (name: string) => join(directory, name);
    await importDataset({ interactions: at("first.csv"), out: at("shop"), kCore: 1, minLength: 3 });
    const append = (file: string) =>
      shell(`data append ${at("shop")} --interactions ${at(file)} --out ${at(`with-${file}`)}`, commands);
    const { code, stderr } = await append("capitals.csv");
    expect(code).toBe(0);
    expect(stderr).toMatch(/6 user ids differ from ids of .*shop in case.*\("U1" here, "u1" there\)/);
    expect(stderr).toMatch(/1 item ids differ .*\("P1" here, "p1" there\)/);
    expect((await append("others.csv")).stderr).toMatch(
      /others\.csv: 0 of its 20 items \(0\.00 %\) are in .*shop, which calls them like "p1"; here they are like "p100"/,
    );
  });

  it("prints what came in", async () => {
    const directory = await directoryWith({
      "first.csv": csv(BASE),
      "later.csv": csv([{ user: 20, item: 30, time: 500 }]),
    });
    await importDataset({ interactions: join(directory, "first.csv"), out: join(directory, "shop") });
    const line = `data append ${directory}/shop --interactions ${directory}/later.csv --out ${directory}/shop-2`;
    const { code, stdout } = await shell(line, commands);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("added         1 interactions, 1 users, 1 items"),
    });
  });
});

/** A dataset does not know when a pair was liked again or disliked: what concerns dislikes comes later than that. */
function isKnowable(one: Row, first: readonly Row[]): boolean {
  const same = first.filter(({ user, item }) => user === one.user && item === one.item);
  const isDisliked = one.rating === -1 || same.some(({ rating }) => rating === -1);
  return same.every(({ time }) => (isDisliked ? time < one.time : time !== one.time));
}
