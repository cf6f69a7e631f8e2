import { describe, expect, it } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { readTables, type TableOptions } from "./tables.ts";

/** Interactions with the items P0 to P7, and this catalogue. */
async function read(catalogue: string, options: Partial<TableOptions> = {}) {
  const rows = Array.from({ length: 8 }, (_, k) => `u${k % 2},P${k},${1_700_000_000 + k}\n`);
  const files = { "a.csv": `user_id,product_id,ts\n${rows.join("")}`, "items.csv": catalogue };
  const directory = await directoryWith(files);
  const said: string[] = [];
  const report = (event: ProgressEvent) => {
    if (event.kind === "warning" || event.kind === "notice") said.push(event.message.replaceAll(`${directory}/`, ""));
  };
  const at = { interactions: `${directory}/a.csv`, items: `${directory}/items.csv` };
  const { shop, understanding } = await readTables({ format: "auto", ...at, ...options }, report);
  return { items: shop.items, facts: understanding!.catalogue!, said: said.join("\n") };
}

const table = (header: string, row: (k: number) => string) =>
  `${[header, ...Array.from({ length: 8 }, (_, k) => row(k))].join("\n")}\n`;

describe("hidden items", () => {
  it("are told by the first column that is called so and marks one", async () => {
    const { said, facts } = await read(
      table("product_id,title,visible,available_sizes,archived", (k) => `P${k},Lamp ${k},1,S M,${k < 3}`),
    );
    expect(said).toMatch(/"archived" marks 3 items as hidden or not for sale \(P0, P1, P2\)/);
    expect(facts.unused).toEqual(["visible", "available_sizes"]);
  });

  it("are not told by columns that are called otherwise", async () => {
    const other = table("product_id,title,interactive,active_ingredient", (k) => `P${k},Lamp ${k},0,0`);
    expect((await read(other)).facts.hidden).toBeUndefined();
    const camel = table("product_id,title,isActive", (k) => `P${k},Lamp ${k},${k % 2}`);
    expect((await read(camel)).facts.hidden).toMatchObject({ column: "isActive", count: 4 });
  });
});

describe("flags of categories", () => {
  const drama = (rest: string) => (k: number) => `P${k},Film ${k},${Number(k < 2)},${Number(k === 2)},0,1,${rest}`;

  it("are the columns of 0 and 1, but for one without a value", async () => {
    const { items, facts } = await read(table("product_id,title,Drama,Comedy,Horror,Action,Notes", drama("")));
    expect(items[0]!.categories).toEqual(["Drama", "Action"]);
    expect(items[7]!.categories).toEqual(["Action"]);
    expect(facts.unused).toEqual(["Notes"]);
  });

  it("are four at least, an empty column not counted", async () => {
    const three = table("product_id,title,Drama,Comedy,Horror,Notes", (k) => `P${k},Film ${k},${Number(k < 2)},0,0,`);
    expect((await read(three)).items[0]!.categories).toBeUndefined();
  });
});

describe("rows of variants", () => {
  const shopify = table("Handle,Title,Vendor,Variant SKU,Variant Price", (k) =>
    k % 2 === 0 ? `lamp-${k},Lamp ${k},Acme,P${k},9.90` : `lamp-${k - 1},,,P${k},10.90`,
  );

  it("take what they lack from the first of their group", async () => {
    const { items, said } = await read(shopify, { itemsId: "Variant SKU" });
    expect(items.map(({ title }) => title)).toEqual([0, 0, 2, 2, 4, 4, 6, 6].map((k) => `Lamp ${k}`));
    expect(items[1]).toMatchObject({ brand: "Acme", price: 10.9 });
    expect(said).toMatch(/4 rows without a "Title" took "Title", "Vendor" from the first row with the same "Handle"/);
  });

  it("lack nothing where the column tells no groups, and many without a title are told", async () => {
    const brands = table("product_id,title,brand,colour", (k) => `P${k},${k < 6 ? `Lamp ${k}` : ""},b${k % 3},`);
    const { items, said } = await read(brands);
    expect(items[7]!.title).toBeUndefined();
    expect(said).toMatch(/2 of 8 items with an entry have no title/);
  });
});

describe("a column or property called n", () => {
  it("says nothing of the order of variants", async () => {
    const named = table("Handle,Title,Vendor,Variant SKU,n", (k) =>
      k % 2 === 0 ? `lamp-${k},Lamp ${k},Acme,P${k},9` : `lamp-${k - 1},,,P${k},1`,
    );
    const { items } = await read(named, { itemsId: "Variant SKU" });
    expect(items.map(({ title }) => title)).toEqual([0, 0, 2, 2, 4, 4, 6, 6].map((k) => `Lamp ${k}`));
  });

  it("says nothing of the order of properties", async () => {
    const rows = [7, 6, 5, 4, 3, 2, 1, 0].map(
      (k) => `P${k},title,Lamp ${k},2\nP${k},n,${k},1\nP${k},title,Old lamp ${k},1\n`,
    );
    const { items, said } = await read(`product_id,property,value,n\n${rows.join("")}`, { attributes: ["n"] });
    expect(items.map(({ title }) => title)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((k) => `Lamp ${k}`));
    expect(items[3]!.attributes).toEqual({ n: "3" });
    expect(said).toMatch(/the first value counts/);
  });
});

describe("long form", () => {
  const prices = (old: string, now: string) =>
    `product_id,property,value,date\n${Array.from({ length: 8 }, (_, k) => `P${k},price,19.90,${now}\nP${k},price,9.90,${old}\nP${k},title,Lamp ${k},${old}\n`).join("")}`;

  it("takes the latest value by dates of any writing", async () => {
    const { items, said } = await read(prices("20.02.2023", "15.06.2023"));
    expect(items[0]).toMatchObject({ price: 19.9, title: "Lamp 0" });
    expect(said).toMatch(/the latest value counts/);
    expect((await read(prices("2023-06-15", "2023-02-20"))).items[0]!.price).toBe(9.9);
  });

  it("takes the first value where no time can be read, and says so", async () => {
    const { items, said } = await read(prices("01/02/2023", "02/01/2023"));
    expect(items[0]!.price).toBe(19.9);
    expect(said).toMatch(/the first value counts, as no time could be read in "date"/);
  });
});

describe("names of columns", () => {
  it("that say hundredths make prices of cents", async () => {
    const { items, said } = await read(
      table("product_id,title,price_cents", (k) => `P${k},Lamp ${k},${999 + 100 * k}`),
    );
    expect(items.map(({ price }) => price).slice(0, 2)).toEqual([9.99, 10.99]);
    expect(said).toMatch(/prices in "price_cents" are hundredths, as its name says: "999" is 9\.99/);
    const whole = await read(table("product_id,title,price_cents", (k) => `P${k},Lamp ${k},9.9${k}`));
    expect(whole.items[1]!.price).toBe(9.91);
  });

  it("that are equally good titles are told", async () => {
    const both = table("product_id,title_de,title_en", (k) => `P${k},Lampe ${k},Lamp ${k}`);
    expect((await read(both)).said).toMatch(/title_de and title_en may both be the title; title_de is taken/);
    expect((await read(both, { title: "title_en" })).said).not.toMatch(/may both/);
    const same = table("product_id,title,product_title", (k) => `P${k},Lamp ${k},Lamp ${k}`);
    expect((await read(same)).said).not.toMatch(/may both/);
  });
});
