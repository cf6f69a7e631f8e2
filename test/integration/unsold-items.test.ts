// Items that nobody has bought go through every stage, and texts alone can recommend them.
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { type Dataset, loadCandidates, openDataset } from "../../src/data/index.ts";
import { movieLensFiles } from "../support/newcomer-files.ts";
import { shell } from "../support/shell.ts";
import { directoryWith } from "../support/temporary.ts";
import { TOY } from "../support/trained-shop.ts";

const UNSOLD = ["900", "901", "902"];
const NEW_FILMS = UNSOLD.map((id, k) => `${id},"${["Tea", "Coffee", "Spices"][k]} of the Dawn (1999)",Drama\n`);

let folder: string;
let plain: Dataset;
let whole: Dataset;

async function said(line: string): Promise<string> {
  const { code, stdout, stderr } = await shell(line, commands);
  expect({ line, code, stderr: code === 0 ? "" : stderr }).toEqual({ line, code: 0, stderr: "" });
  return `${stdout}${stderr}`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
  const { interactions, items } = await movieLensFiles(folder);
  const line = `data import --interactions ${interactions} --items ${items} --k-core 2 --min-length 3`;
  await said(`${line} --out ${folder}/plain`);
  await appendFile(items!, NEW_FILMS.join(""));
  expect(await said(`${line} --keep-unsold --out ${folder}/whole`)).toContain(
    "3 items that nobody has bought are kept",
  );
  expect(await said(`${line} --out ${folder}/without`)).toContain("3 items of the catalogue without interactions");
  [plain, whole] = [await openDataset(join(folder, "plain")), await openDataset(join(folder, "whole"))];
  expect((await openDataset(join(folder, "without"))).hash).toBe(plain.hash);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a dataset with items that nobody has bought", () => {
  it("has them beside the others, and the same histories", () => {
    const ids = (dataset: Dataset) => dataset.items.map(({ itemId }) => itemId).sort();
    expect(ids(whole)).toEqual([...ids(plain), ...UNSOLD].sort());
    expect(whole.items.find(({ itemId }) => itemId === "900")!.title).toBe("Tea of the Dawn (1999)");
    const histories = ({ sequences, items }: Dataset) => sequences.map((s) => Array.from(s, (i) => items[i]!.itemId));
    expect(histories(whole)).toEqual(histories(plain));
  });

  it("never asks for them: they are no candidates of questions", async () => {
    for (const split of ["valid", "test"] as const) {
      const { negatives, perUser } = await loadCandidates(whole, split);
      expect(perUser).toBe((await loadCandidates(plain, split)).perUser);
      for (const item of negatives) expect(UNSOLD).not.toContain(whole.items[item]!.itemId);
    }
  });

  it("goes through every stage, to recommendations of them by texts", async () => {
    const run = join(folder, "run");
    const stats = JSON.parse(await said(`data stats ${whole.directory} --json`));
    expect(stats).toMatchObject({ items: plain.items.length + 3, interactionsPerItem: { min: 0 } });
    await said(`data audit ${whole.directory}`);
    await said(`reason ${whole.directory}`);
    await said(`embed ${whole.directory} --dimensions 16`);
    await said(`train ${whole.directory} ${TOY} --out ${run}`);
    await said(`evaluate ${run}`);
    const user = whole.users[0]!;
    const all = JSON.parse(await said(`recommend ${run} --user ${user} --top 100 --json`));
    expect(JSON.stringify(all)).toMatch(/"90[012]"/);
    expect(await said(`similar ${run} --item 900 --top 3`)).toMatch(/\d/);
    expect(await said(`popular ${run} --top 5`)).not.toMatch(/\b90[012]\b/);
  }, 120_000);

  it("keeps them when something is appended, be it a first purchase", async () => {
    const later = await directoryWith({ "later.csv": "userId,movieId,rating,timestamp\n1,900,5.0,1800000000\n" });
    const line = `data append ${whole.directory} --interactions ${later}/later.csv --out ${folder}/next`;
    await said(line);
    const next = await openDataset(join(folder, "next"));
    const ids = next.items.map(({ itemId }) => itemId);
    expect(ids).toEqual(expect.arrayContaining(UNSOLD));
    const buyer = next.sequences[next.users.indexOf("1")]!;
    expect(ids[buyer.at(-1)!]).toBe("900");
  });

  it("needs a catalogue", async () => {
    const { code, stderr } = await shell(
      `data import --interactions ${folder}/ratings.csv --keep-unsold --out ${folder}/none`,
      commands,
    );
    expect(code).toBe(2);
    expect(stderr).toContain("--items FILE");
  });
});

it("leaves out new items that are marked as hidden, and mends the form of ids", async () => {
  const orders = ["a", "b", "c"].flatMap((user) =>
    [11, 12, 13].map((item, k) => `${user},${item},2024-01-0${k + 1}\n`),
  );
  const place = await directoryWith({
    "orders.csv": `user,item,date\n${orders.join("")}`,
    "items.csv":
      "item,title,archived\n11.0,Green tea,false\n12.0,Oolong,true\n13.0,Assam,false\n14.0,White tea,false\n15.0,Puer,true\n",
  });
  const out = join(place, "shop");
  const line = `data import --interactions ${place}/orders.csv --items ${place}/items.csv --k-core 0 --min-length 3`;
  const text = await said(`${line} --keep-unsold --out ${out}`);
  expect(text).toMatch(/1 items? that nobody has bought (is|are) kept; 1 that/);
  const { items } = await openDataset(out);
  expect(items.map(({ itemId }) => itemId).sort()).toEqual(["11", "12", "13", "14"]);
});
