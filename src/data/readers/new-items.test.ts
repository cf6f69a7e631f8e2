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
