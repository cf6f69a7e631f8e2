import { expect, it } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { readNewItems } from "./new-items.ts";

const KNOWN = ["P1", "P2", "P3", "P4", "P5"];

async function read(ids: readonly string[], known: readonly string[] = KNOWN) {
  const rows = ids.map((id) => `${id},Lamp ${id}\n`).join("");
  const directory = await directoryWith({ "new.csv": `product_id,title\n${rows}` });
  const said: string[] = [];
  const report = (event: ProgressEvent) => {
    if ("message" in event) said.push(event.message.replaceAll(`${directory}/`, ""));
  };
  const { items, known: found } = await readNewItems({ items: `${directory}/new.csv`, known }, report);
  return { items: items.map(({ itemId }) => itemId), known: found, said: said.join("\n") };
}

it("takes ids that look like known ones for other items, and says so", async () => {
  const { items, known, said } = await read(["Q1", "Q2", "Q3"]);
  expect({ items, known }).toEqual({ items: ["Q1", "Q2", "Q3"], known: [] });
  expect(said).toContain(
    'new.csv: 3 ids are those of known items but for letters before the number ("P1" and "Q1"); they are taken for other items.',
  );
  expect(await read(["0012", "shop/7"], ["12", "7"])).toMatchObject({ items: ["0012", "shop/7"], known: [] });
});

it("knows an id again with blanks or quotation marks around it, or the .0 of a number behind it", async () => {
  expect(await read(["P1 ", "'P2'", "Q9"])).toMatchObject({ items: ["Q9"], known: ["P1", "P2"] });
  expect(await read(["12.0", "13"], ["12"])).toMatchObject({ items: ["13"], known: ["12"] });
});

it("says which new items it leaves out, as a column hides them, and takes them where that is ignored", async () => {
  const directory = await directoryWith({ "new.csv": "id,title,in_stock\nQ1,Lamp,1\nQ2,Mug,0\nQ3,Cup,0\n" });
  const said: string[] = [];
  const report = (event: ProgressEvent) => {
    if (event.kind === "warning") said.push(event.message.replaceAll(`${directory}/`, ""));
  };
  const options = { items: `${directory}/new.csv`, known: KNOWN };
  const found = await readNewItems(options, report);
  expect(found.items.map(({ itemId }) => itemId)).toEqual(["Q1"]);
  expect(found.hidden?.found).toBe('"in_stock" marks 2 new items as hidden or not for sale (Q2, Q3)');
  expect(said).toEqual([`new.csv: ${found.hidden?.found}, and they are left out; --ignore in_stock takes them too.`]);
  const all = await readNewItems({ ...options, ignore: ["in_stock"] }, report);
  expect(all.items).toHaveLength(3);
  expect(all.hidden).toBeUndefined();
});
