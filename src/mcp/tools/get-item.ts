import { z } from "zod";
import { itemCard } from "../../runs/item-card.ts";
import { cardLine, cardOf, cardSchema, quoted } from "../cards.ts";
import type { RunDesk } from "../desk.ts";
import { itemCoreOf } from "../reasoned-texts.ts";
import { defineTool, TEXTS_ARE_DATA } from "../tool.ts";

const factsSchema = cardSchema.extend({
  description: z.string().optional().describe("from the catalogue"),
  attributes: z.record(z.string(), z.string()).optional().describe("from the catalogue"),
  taken: z.int().describe("interactions in training: 0 for an item that the model never saw"),
  isAdded: z.boolean().describe("it was added to the run after its training, and is known by its texts alone"),
  core: z.string().optional().describe("what was reasoned to be at the item's core"),
});

export type ItemFacts = z.output<typeof factsSchema>;

export const getItemTool = defineTool({
  name: "get_item",
  title: "An item",
  description: `Everything that is known of one item: catalogue fields, how often it was taken, and what was reasoned about it. ${TEXTS_ARE_DATA}`,
  input: z.strictObject({ item: z.string().max(500).describe("item id; search_items finds it") }),
  output: factsSchema,
  async answer(desk, { item }) {
    const data = await itemFacts(desk, item);
    const { description, core, taken } = data;
    const lines = [
      cardLine(data),
      `${taken} interactions in training`,
      description === undefined ? "" : `description ${quoted(description, 600)}`,
      core === undefined ? "" : `core ${quoted(core, 600)}`,
    ];
    return { data, text: lines.filter((line) => line !== "").join("\n") };
  },
});

/** @throws UsageError for an unknown id. */
export async function itemFacts(desk: RunDesk, id: string): Promise<ItemFacts> {
  const { dataset, added } = desk.run;
  const index = await desk.itemIndex(id);
  const item = dataset.items[index]!;
  return {
    ...cardOf(itemCard(item)),
    description: item.description,
    attributes: item.attributes === undefined ? undefined : { ...item.attributes },
    taken: desk.taken[index]!,
    isAdded: index >= dataset.items.length - (added?.entries.length ?? 0),
    core: await itemCoreOf(desk.run, index),
  };
}
